import { startTestApp, type TestApp, type TestShop } from '../support/app.js';
import { startNameServer, type NameServer } from '../support/dns.js';
import { eventually } from '../support/eventually.js';
import { WebhookReceiver } from '../support/webhook-receiver.js';

/** Of the documentation range, allowed here to stand for the public internet; nothing answers there. */
const PUBLIC = '192.0.2.7';

describe('addresses of webhooks', () => {
  let test: TestApp;
  let own: TestShop;
  let names: NameServer;
  let inside: WebhookReceiver;

  beforeAll(async () => {
    [names, inside] = await Promise.all([startNameServer(), WebhookReceiver.start()]);
    test = await startTestApp({
      ...{ OUTBOUND_DNS_SERVERS: names.address, OUTBOUND_ALLOWED_NETWORKS: `${PUBLIC}/32` },
      ...{ WEBHOOK_TIMEOUT_MS: '200', WEBHOOK_RETRY_SECONDS: '0.01' },
    });
    own = await test.newShop();
  });
  afterAll(async () => {
    await test.close();
    await Promise.all([names.close(), inside.close()]);
  });

  /** The tries of a test event at a host of the given port. */
  async function tries(host: string): Promise<any[]> {
    const base = `/api/shops/${own.shop}`;
    const created = await own.api.post(`${base}/webhook-endpoints`, {
      url: `http://${host}:${inside.port}/`,
    });
    expect(created.status).toBe(201);
    const { body } = await own.api.post(`${base}/webhook-endpoints/${created.body.id}/test`);
    const attempts = await eventually(async () => {
      const delivery = (await own.api.get(`${base}/webhook-deliveries/${body.id}`)).body;
      expect(delivery.status).toBe('failed');
      return delivery.attempts;
    });
    await own.api.delete(`${base}/webhook-endpoints/${created.body.id}`);
    return attempts;
  }

  it.each([
    ['inside.example.com', '127.0.0.1', 'loopback'],
    ['metadata.example.com', '169.254.169.254', 'linkLocal'],
    ['office.example.com', '10.1.2.3', 'private'],
    ['nat.example.com', '100.100.0.1', 'carrierGradeNat'],
  ])('%s resolving to %s is refused', async (host, address, range) => {
    names.names.set(host, [[address]]);
    const error = { code: 'address_refused', message: expect.stringContaining(range) };
    expect(await tries(host)).toMatchObject([{ status: null, error }, { error }]);
    expect(inside.received).toEqual([]);
  });

  it('a name with one address inside among others is refused', async () => {
    names.names.set('mixed.example.com', [[PUBLIC, '127.0.0.1']]);
    expect((await tries('mixed.example.com'))[0].error.code).toBe('address_refused');
    expect(inside.received).toEqual([]);
  });

  it('a name that means something else a moment later (DNS rebinding) is refused then', async () => {
    names.names.set('rebinding.example.com', [[PUBLIC], ['127.0.0.1']]);
    const attempts = await tries('rebinding.example.com');
    expect(attempts.map(({ error }) => error.code)).toEqual([
      expect.stringMatching(/^(timeout|connection_failed)$/),
      'address_refused',
    ]);
    expect(inside.received).toEqual([]);
  });

  it('a name without an address fails as what it is', async () => {
    expect((await tries('nowhere.example.com'))[0].error).toMatchObject({ code: 'dns_failed' });
  });
});
