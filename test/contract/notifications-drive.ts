import type { TestApp, TestShop } from '../support/app.js';
import { newClient, transport } from '../support/logistics.js';
import { addVariant, orderCalls } from '../support/orders.js';
import type { Driver } from './drive.js';

let fresh = 0;

/** Calls that succeed for the operations of notifications. */
export function notificationDrivers(test: TestApp, own: TestShop): Record<string, Driver> {
  const { shop, api } = own;
  const { admin } = test;
  const base = `/api/shops/${shop}`;
  const { made, done } = orderCalls(own);
  let ordered: Promise<string> | undefined;
  const order = (): Promise<string> => (ordered ??= newOrder());
  const newOrder = async (): Promise<string> => {
    const email = `told-${process.pid}-${++fresh}@example.com`;
    const { id: customerId } = await done(api.post(`${base}/customers`, { email, firstName: 'Ada' }));
    const lines = [{ variantId: await addVariant(own), quantity: 1 }];
    return (await made({ customerId, lines })).id as string;
  };
  const message = { template: 'order-message', message: 'We pack your shirts tomorrow.' };
  const notify = async () => api.post(`${base}/orders/${await order()}/notify`, message);
  let moved: Promise<string> | undefined;
  const transportOrder = (): Promise<string> => (moved ??= newTransport());
  const newTransport = async (): Promise<string> => {
    const { id } = await newClient(test);
    return (await admin.post('/api/transport-orders', transport(id))).headers.get('location') ?? '';
  };
  const notifyParty = async () =>
    admin.post(`${await transportOrder()}/notify`, { party: 'client', template: 'transport-status' });

  const suppress = () =>
    admin.post('/api/admin/mail-suppressions', { address: `gone-${process.pid}-${++fresh}@example.com` });

  return {
    listMailSuppressions: (limit) => admin.get(`/api/admin/mail-suppressions?limit=${limit}`),
    listMailTemplates: () => admin.get('/api/admin/mail-templates'),
    previewMailTemplate: () => admin.get('/api/admin/mail-templates/order-shipped/preview?language=de'),
    addMailSuppression: suppress,
    removeMailSuppression: async () =>
      admin.delete(`/api/admin/mail-suppressions/${(await suppress()).body.id}`),
    notifyOrder: notify,
    listOrderNotifications: async (limit) =>
      api.get(`${base}/orders/${await order()}/notifications?limit=${limit}`),
    listNotifications: (limit) => api.get(`${base}/notifications?limit=${limit}`),
    getNotification: async () => api.get(`${base}/notifications/${(await notify()).body.id}`),
    notifyTransportOrder: notifyParty,
    listTransportOrderNotifications: async (limit) =>
      admin.get(`${await transportOrder()}/notifications?limit=${limit}`),
  };
}

/** Each filter of each list, for the contract of indexes. */
export function notificationQueries({ shop }: TestShop): string[] {
  const log = `/api/shops/${shop}/notifications?limit=1`;
  const suppressions = '/api/admin/mail-suppressions?limit=1';
  return [
    ...[log, ...['queued', 'sent', 'failed'].map((status) => `${log}&status=${status}`)],
    ...['', '&reason=manual', '&address=ada@example.com', '&address=ada@example.com&reason=manual'].map(
      (filter) => suppressions + filter,
    ),
  ];
}
