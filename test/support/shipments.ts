import type { TestShop } from './app.js';
import type { ApiClient } from './client.js';
import { eventually } from './eventually.js';
import { transport } from './logistics.js';
import { addVariant, orderCalls } from './orders.js';

/** How a parcel travels from Berlin to a customer in Hamburg. */
export function travel(more: object = {}): Record<string, unknown> {
  const { transportType, pickup, delivery } = transport('');
  return { transportType, pickup, delivery, ...more };
}

/** The shipment operations of one shop. */
export function shipmentCalls(own: TestShop) {
  const { shop, api } = own;
  const { base, paid, done } = orderCalls(own);
  const request = (order: string, body: object = {}) =>
    api.post(`${base}/${order}/shipments`, { transport: travel(), ...body });
  return {
    request,
    requested: async (order: string, body?: object): Promise<{ id: string }> => done(request(order, body)),
    /** A paid order of some pieces of one variant. */
    sold: async (quantity = 2) =>
      paid({ lines: [{ variantId: await addVariant(own, { quantity: 100, grams: 500 }), quantity }] }),
    /** The transport order of a shipment, once it is there. */
    transport: (id: string) =>
      eventually(async () => {
        const { status, body } = await api.get(`/api/transport-orders/${id}`);
        if (status !== 200) throw new Error(`there is no transport order ${id} yet`);
        return body;
      }),
    tasks: async (query = ''): Promise<Record<string, string>[]> =>
      (await done(api.get(`/api/shops/${shop}/tasks${query}`))).data,
    resolve: (id: string, resolution = 'Seen to') =>
      api.post(`/api/shops/${shop}/tasks/${id}/resolve`, { resolution }),
  };
}

/** Lets a carrier report steps of a transport. */
export async function report(carrier: ApiClient, id: string, ...steps: string[]): Promise<void> {
  for (const status of steps) {
    const answer = await carrier.post(`/api/transport-orders/${id}/status`, {
      status,
      note: `now ${status}`,
    });
    if (answer.status !== 200) throw new Error(`${status}: ${answer.text}`);
  }
}
