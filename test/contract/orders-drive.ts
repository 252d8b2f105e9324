import type { TestShop } from '../support/app.js';
import type { Answer } from '../support/client.js';
import { addVariant, orderCalls } from '../support/orders.js';
import { eventually } from '../support/eventually.js';
import { shipmentCalls } from '../support/shipments.js';
import type { Driver } from './drive.js';

let fresh = 0;
const unique = (text: string): string => `${text}-${process.pid}-${++fresh}`;
const shared = new Map<string, Promise<string>>();

/** Calls that succeed for the operations of customers, inventory, devices and orders. */
export function ordersDrivers(own: TestShop): Record<string, Driver> {
  const { shop, api } = own;
  const base = `/api/shops/${shop}`;
  const { create, made, paid, act, done } = orderCalls(own);
  const variant = (): Promise<string> => {
    const known = shared.get(shop) ?? addVariant(own, { quantity: 1_000_000 });
    shared.set(shop, known);
    return known;
  };
  const customer = async (): Promise<string> =>
    (await done(api.post(`${base}/customers`, { email: `${unique('ada')}@example.com` }))).id;
  const device = async (): Promise<string> =>
    (await done(api.post(`${base}/devices`, { variantId: await variant(), serial: unique('SN') }))).id;
  const location = async (): Promise<string> =>
    (await done(api.post(`${base}/locations`, { name: unique('Place') }))).id;
  const body = async (more: object = {}): Promise<object> => ({
    lines: [{ variantId: await variant(), quantity: 2 }],
    ...more,
  });
  const placed = async (): Promise<Answer['body']> => made(await body());
  const paidFor = async (): Promise<Answer['body']> => paid(await body());
  const shipped = async (): Promise<Answer['body']> => done(act((await paidFor()).id, 'ship'));
  const withDevice = async (): Promise<{ path: string; id: string }> => {
    const { id, lines } = await placed();
    const path = `${base}/orders/${id}/lines/${lines[0].id}/devices`;
    const unit = await device();
    await done(api.post(path, { deviceIds: [unit] }));
    return { path, id: unit };
  };

  const { requested, sold, request, tasks, resolve } = shipmentCalls(own);

  return {
    requestShipment: async () => request((await sold()).id),
    getShipment: async () => {
      const order = await sold();
      return api.get(`${base}/orders/${order.id}/shipments/${(await requested(order.id)).id}`);
    },
    listTasks: async (limit) => {
      await tasks('?state=open');
      return api.get(`${base}/tasks?limit=${limit}`);
    },
    resolveTask: async () => {
      const { id } = await requested((await sold()).id);
      await eventually(async () => {
        const { status } = await api.post(`/api/transport-orders/${id}/status`, { status: 'CANCELLED' });
        if (status !== 200) throw new Error('there is no transport yet');
      });
      const task = await eventually(async () => {
        const found = (await tasks('?state=open')).find(({ shipmentId }) => shipmentId === id);
        if (!found) throw new Error('there is no task yet');
        return found;
      });
      return resolve(task['id'] ?? '', 'Sent again with another carrier');
    },
    listCustomers: (limit) => api.get(`${base}/customers?limit=${limit}`),
    createCustomer: () => api.post(`${base}/customers`, { email: `${unique('ada')}@example.com` }),
    getCustomer: async () => api.get(`${base}/customers/${await customer()}`),
    updateCustomer: async () => api.patch(`${base}/customers/${await customer()}`, { note: 'x' }),
    deleteCustomer: async () => api.delete(`${base}/customers/${await customer()}`),
    listLocations: () => api.get(`${base}/locations`),
    createLocation: () => api.post(`${base}/locations`, { name: unique('Place') }),
    updateLocation: async () => api.patch(`${base}/locations/${await location()}`, { active: false }),
    listInventoryLevels: (limit) => api.get(`${base}/inventory/levels?limit=${limit}`),
    adjustInventory: async () =>
      api.post(`${base}/inventory/adjustments`, { variantId: await variant(), delta: 1 }),
    listDevices: (limit) => api.get(`${base}/devices?limit=${limit}`),
    createDevice: async () =>
      api.post(`${base}/devices`, { variantId: await variant(), serial: unique('SN') }),
    getDevice: async () => api.get(`${base}/devices/${await device()}`),
    updateDevice: async () => api.patch(`${base}/devices/${await device()}`, { status: 'defective' }),
    getOrderAnalytics: () => api.get(`${base}/analytics/orders`),
    getProductAnalytics: (limit) => api.get(`${base}/analytics/products?limit=${limit}`),
    listOrders: (limit) => api.get(`${base}/orders?limit=${limit}`),
    createOrder: async () => create(await body()),
    getOrder: async () => api.get(`${base}/orders/${(await placed()).id}`),
    updateOrder: async () =>
      api.patch(`${base}/orders/${(await made(await body({ draft: true }))).id}`, await body()),
    placeOrder: async () => act((await made(await body({ draft: true }))).id, 'place'),
    payOrder: async () => {
      const { id, totals, currency } = await placed();
      return act(id, 'payments', { amount: totals.total, currency, reference: unique('pay') });
    },
    refundOrder: async () => act((await paidFor()).id, 'refunds', { amount: 1 }),
    fulfilOrder: async () => act((await paidFor()).id, 'fulfil'),
    shipOrder: async () => act((await paidFor()).id, 'ship'),
    deliverOrder: async () => act((await shipped()).id, 'deliver'),
    cancelOrder: async () => act((await paidFor()).id, 'cancel'),
    cancelOrderPieces: async () => {
      const { id, lines } = await paidFor();
      return act(id, 'cancellations', { lines: [{ lineId: lines[0].id, quantity: 1 }] });
    },
    returnOrder: async () => {
      const { id, lines } = await shipped();
      return act(id, 'returns', { lines: [{ lineId: lines[0].id, quantity: 1 }] });
    },
    commentOnOrder: async () => act((await placed()).id, 'comments', { message: 'driven' }),
    assignDevices: async () => {
      const { id, lines } = await placed();
      return api.post(`${base}/orders/${id}/lines/${lines[0].id}/devices`, { deviceIds: [await device()] });
    },
    releaseDevice: async () => {
      const { path, id } = await withDevice();
      return api.delete(`${path}/${id}`);
    },
  };
}

/** Each query of an order list with filters that the contract of indexes has to explain. */
export function orderListQueries(): Record<string, string>[] {
  const filters: [string, string][] = [
    ['status', 'pending'],
    ['customerId', '6921b0d2a1f4b0a7c9e01234'],
    ['tag', 'gift'],
    ['createdFrom', '2020-01-01T00:00:00Z'],
    ['createdTo', '2040-01-01T00:00:00Z'],
    ['totalMin', '1'],
    ['totalMax', '100000000'],
    ['number', '1'],
  ];
  const pairs = filters.flatMap((one, at) => filters.slice(at).map((other) => [one, other]));
  const sorts = ['createdAt', 'total', 'number'].flatMap((field) => [field, `-${field}`]);
  return [[], ...pairs].flatMap((pair) => sorts.map((sort) => ({ ...Object.fromEntries(pair), sort })));
}
