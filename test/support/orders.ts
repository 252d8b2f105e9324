import type { TestShop } from './app.js';
import type { Answer } from './client.js';
import { addProducts } from './catalogue.js';

let fresh = 0;

/** Adds a product of one tracked variant and gives the variant's id. */
export async function addVariant(
  own: TestShop,
  {
    quantity = 100,
    price = 1_000,
    ...more
  }: { quantity?: number; price?: number } & Record<string, unknown> = {},
): Promise<string> {
  const variant = { price, inventoryTracker: 'shopify', inventoryQuantity: quantity, ...more };
  const [product] = await addProducts(own, [{ title: `Thing ${++fresh}`, variants: [variant] }]);
  return product.variants[0].id as string;
}

/** The order operations of one shop; each gives the answer, `made` the order itself. */
export function orderCalls({ shop, api }: TestShop) {
  const base = `/api/shops/${shop}/orders`;
  const create = (body: object): Promise<Answer> => api.post(base, body);
  const act = (id: string, action: string, body?: object, call?: { headers: Record<string, string> }) =>
    api.post(`${base}/${id}/${action}`, body ?? (BODILESS.has(action) ? undefined : {}), call);
  const made = async (body: object): Promise<Answer['body']> => {
    const { status, body: order, text } = await create(body);
    if (status !== 201) throw new Error(`${status} ${text}`);
    return order;
  };
  const pay = (order: Answer['body'], reference = `payment-${process.pid}-${++fresh}`) =>
    act(order.id, 'payments', { amount: order.totals.total, currency: order.currency, reference });
  const done = async (answer: Promise<Answer>): Promise<Answer['body']> => {
    const { status, body, text } = await answer;
    if (status >= 300) throw new Error(`${status} ${text}`);
    return body;
  };
  return {
    base,
    create,
    made,
    act,
    pay,
    done,
    paid: async (body: object) => done(pay(await made(body))),
    get: (id: string) => done(api.get(`${base}/${id}`)),
    list: (query = '') => done(api.get(`${base}${query}`)),
    level: async (variantId: string) =>
      (await done(api.get(`/api/shops/${shop}/inventory/levels?variantId=${variantId}`))).data[0],
  };
}

const BODILESS = new Set(['place', 'deliver']);
