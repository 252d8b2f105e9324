import type { TestShop } from '../support/app.js';
import type { Driver } from './drive.js';

/** Nothing is reachable here: names of this domain have no address (RFC 6761). */
const URL_ = 'https://hooks.invalid/in';

/** The operations of webhooks; the shop has one endpoint for all tests and one to be deleted at a time. */
export function webhookDrivers({ shop, api }: TestShop): Record<string, Driver> {
  const endpoints = `/api/shops/${shop}/webhook-endpoints`;
  const deliveries = `/api/shops/${shop}/webhook-deliveries`;
  const made = async (): Promise<string> => (await api.post(endpoints, { url: URL_ })).body.id as string;
  const fresh = async <T>(use: (id: string) => Promise<T>): Promise<T> => {
    const id = await made();
    const answer = await use(`${endpoints}/${id}`);
    await api.delete(`${endpoints}/${id}`); // a shop has room for twenty
    return answer;
  };
  let standing: string | undefined;
  const kept = async (): Promise<string> => `${endpoints}/${(standing ??= await made())}`;
  const delivery = async (): Promise<string> =>
    `${deliveries}/${(await api.post(`${await kept()}/test`)).body.id}`;

  return {
    listWebhookEventTypes: () => api.get('/api/webhook-event-types'),
    listWebhookEndpoints: (limit) => api.get(`${endpoints}?limit=${limit}`),
    createWebhookEndpoint: async () => {
      const answer = await api.post(endpoints, { url: URL_ });
      await api.delete(`${endpoints}/${answer.body.id}`);
      return answer;
    },
    getWebhookEndpoint: async () => api.get(await kept()),
    updateWebhookEndpoint: () => fresh((path) => api.patch(path, { description: 'driven' })),
    rotateWebhookSecret: () => fresh((path) => api.post(`${path}/rotate-secret`, {})),
    deleteWebhookEndpoint: async () => api.delete(`${endpoints}/${await made()}`),
    testWebhookEndpoint: async () => api.post(`${await kept()}/test`),
    replayFailedWebhooks: async () => api.post(`${await kept()}/replay`, { since: '2020-01-01T00:00:00Z' }),
    listWebhookDeliveries: async (limit) => api.get(`${deliveries}?limit=${limit}`),
    getWebhookDelivery: async () => api.get(await delivery()),
    replayWebhookDelivery: async () => api.post(`${await delivery()}/replay`),
  };
}
