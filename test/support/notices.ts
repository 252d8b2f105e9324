import type { TestShop } from './app.js';
import { eventually } from './eventually.js';
import { addVariant, orderCalls } from './orders.js';

let fresh = 0;

/** Customers, their orders, and what they are told of them, for one shop. */
export function noticeCalls(own: TestShop) {
  const { shop, api } = own;
  const base = `/api/shops/${shop}`;
  const { made, paid, act, done } = orderCalls(own);
  const newCustomer = (more: object = {}) =>
    done(api.post(`${base}/customers`, { email: `ada-${process.pid}-${++fresh}@example.com`, ...more }));
  const body = async ({ id }: { id: string }) => ({
    customerId: id,
    lines: [{ variantId: await addVariant(own, { price: 2_495 }), quantity: 2 }],
  });
  return {
    newCustomer,
    newOrder: async (customer: { id: string }) => made(await body(customer)),
    /** An order that has arrived. */
    delivered: async (customer: { id: string }) => {
      const { id } = await paid(await body(customer));
      await done(act(id, 'ship'));
      return done(act(id, 'deliver'));
    },
    notify: (order: { id: string }, notice: object) => api.post(`${base}/orders/${order.id}/notify`, notice),
    /** A notification, once it has come to this state. */
    comesTo: (id: string, status: string) =>
      eventually(async () => {
        const { body: found } = await api.get(`${base}/notifications/${id}`);
        if (found.status !== status) throw new Error(`${id} is ${JSON.stringify(found)}`);
        return found;
      }),
  };
}
