import { randomUUID } from 'node:crypto';
import { Types } from 'mongoose';
import { startTestApp, type TestApp, type TestShop } from '../support/app.js';
import type { Answer, ApiClient } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import { newCarrier, transport } from '../support/logistics.js';
import { expectProblem } from '../support/problem.js';
import { testStack, type TestStack } from '../support/stack.js';

const PARALLEL = 1_000;
const CSV = 'Handle,Title,Variant Price\nblue-shirt,Blue Shirt,10.00\n';
/** Beyond every plan: what is tried here is not the limit. */
const WIDE = { plan: 'enterprise' };

describe('Idempotency-Key', () => {
  let stack: TestStack;
  let test: TestApp;
  let other: TestApp;
  beforeAll(async () => {
    stack = await testStack();
    // two instances on one database
    test = await startTestApp(stack.env);
    other = await startTestApp(stack.env);
  });
  afterAll(async () => {
    await other.close();
    await test.close();
    await stack.release();
  });

  const keyed = (key: string) => ({ headers: { 'idempotency-key': key } });
  const create = (api: ApiClient, shop: string, key: string, body: object = { title: 'Shirt' }) =>
    api.post(`/api/shops/${shop}/products`, body, keyed(key));
  const products = (shop: string) => test.db.collection('products').countDocuments({ shop });
  const upload = (shop: TestShop, key: string, csv: string, boundary = 'b1') =>
    shop.api.call('POST', `/api/shops/${shop.shop}/products/import`, {
      body: `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="p.csv"\r\nContent-Type: text/csv\r\n\r\n${csv}\r\n--${boundary}--\r\n`,
      headers: { 'content-type': `multipart/form-data; boundary=${boundary}`, 'idempotency-key': key },
    });

  it('gives the answer of what was carried out after its caller had been told that it took too long', async () => {
    const slow = await startTestApp({ ...stack.env, REQUEST_DEADLINE_MS: '300' });
    const { shop, api } = await test.newShop(WIDE);
    const { id: carrierId } = await newCarrier(test);
    const { body: order } = await api.post('/api/transport-orders', transport(shop));
    const session = test.db.client.startSession();
    try {
      session.startTransaction();
      // nobody else writes the order while this transaction is open
      const held = { _id: new Types.ObjectId(String(order.id)) };
      await test.db.collection('transport_orders').updateOne(held, { $set: { note: 'x' } }, { session });
      const path = `/api/transport-orders/${order.id}/offers`;
      const ask = () => at(slow, api).post(path, { carrierIds: [carrierId] }, keyed(order.id));
      expectProblem(await ask(), 503, 'service_unavailable');
      await session.abortTransaction();
      const late = await eventually(async () => {
        const answer = await ask();
        expect(answer.status).not.toBe(409); // still running
        return answer;
      });
      expect(late.status).toBe(201);
      expect(late.headers.get('content-type')).toMatch(/^application\/json/);
      expect(late.headers.get('location')).toContain(order.id);
      expect(late.body.data).toMatchObject([{ carrierId }]);
    } finally {
      await session.endSession();
      await slow.close();
    }
  });

  it('gives the first answer again: status, body, Location and ETag', async () => {
    const { shop, api } = await test.newShop(WIDE);
    const key = randomUUID();
    const first = await create(api, shop, key, { title: 'Shirt', vendor: 'Nordlys' });
    expect(first.status).toBe(201);
    expect(first.headers.get('idempotent-replayed')).toBeNull();
    // order of fields and spelling of the key make no difference, nor does the instance
    const again = await at(other, api).post(
      `/api/shops/${shop}/products`,
      { vendor: 'Nordlys', title: 'Shirt' },
      keyed(`"${key}"`),
    );
    expect(again.status).toBe(201);
    expect(again.text).toBe(first.text);
    for (const name of ['location', 'etag', 'content-type'])
      expect(again.headers.get(name)).toBe(first.headers.get(name));
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(await products(shop)).toBe(1);
  });

  it('refuses another body, query or credentials under the same key', async () => {
    const { shop, api } = await test.newShop(WIDE);
    const key = randomUUID();
    await create(api, shop, key);
    expectProblem(await create(api, shop, key, { title: 'Trousers' }), 422, 'idempotency_key_reused');
    expectProblem(await create(test.admin, shop, key), 422, 'idempotency_key_reused');
    expect(await products(shop)).toBe(1);
  });

  it('is scoped by tenant and route', async () => {
    const [a, b] = [await test.newShop(WIDE), await test.newShop(WIDE)];
    const key = randomUUID();
    const answers = [await create(a.api, a.shop, key), await create(b.api, b.shop, key)];
    answers.push(await a.api.post(`/api/shops/${a.shop}/sitemaps`, undefined, keyed(key)));
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 202]);
    expect(answers.map(({ headers }) => headers.get('idempotent-replayed'))).toEqual([null, null, null]);
  });

  it.each(['', 'k'.repeat(256), 'schl\u00fcssel'])('refuses the key "%s"', async (key) => {
    const { shop, api } = await test.newShop(WIDE);
    expectProblem(await create(api, shop, key), 400, 'validation_failed');
    expect(await products(shop)).toBe(0);
  });

  it('forgets a refused request: the key serves the corrected one', async () => {
    const { shop, api } = await test.newShop(WIDE);
    const key = randomUUID();
    expectProblem(await create(api, shop, key, { title: '' }), 400, 'validation_failed');
    expectProblem(await create(api, shop, key, { title: 'A', unknown: 1 }), 400, 'validation_failed');
    expect((await create(api, shop, key, { title: 'A' })).status).toBe(201);
    expect(await test.db.collection('idempotency_keys').countDocuments({ shop })).toBe(1);
  });

  it('says nothing to whoever the route is closed to', async () => {
    const { shop, api } = await test.newShop(WIDE);
    const stranger = await test.newShop(WIDE);
    const key = randomUUID();
    await create(api, shop, key);
    expectProblem(await create(stranger.api, shop, key), 403, 'shop_forbidden');
    expectProblem(await create(test.anonymous, shop, key), 401, 'unauthenticated');
  });

  it('shows a secret again to who got it first, and stores it sealed', async () => {
    const { shop, api } = await test.newShop(WIDE);
    const key = randomUUID();
    const body = { name: 'storefront', scopes: ['products:read'] };
    const first = await api.post(`/api/shops/${shop}/api-keys`, body, keyed(key));
    const again = await api.post(`/api/shops/${shop}/api-keys`, body, keyed(key));
    expect(first.status).toBe(201);
    expect(again.body.secret).toBe(first.body.secret);
    expectProblem(
      await test.admin.post(`/api/shops/${shop}/api-keys`, body, keyed(key)),
      422,
      'idempotency_key_reused',
    );
    const stored = JSON.stringify(await test.db.collection('idempotency_keys').find({ shop }).toArray());
    expect(stored).not.toContain(first.body.secret);
    expect(stored).not.toContain('storefront');
    expect(stored).not.toContain('seed');
  });

  it('takes an upload by its content, in whatever frame it comes', async () => {
    const shop = await test.newShop(WIDE);
    const key = randomUUID();
    const first = await upload(shop, key, CSV);
    expect(first.status).toBe(202);
    const again = await upload(shop, key, CSV, 'another-boundary');
    expect(again.body).toEqual(first.body);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expectProblem(await upload(shop, key, CSV.replace('Blue', 'Red!')), 422, 'idempotency_key_reused');
    expectProblem(await upload(shop, key, `${CSV}more,More,1.00\n`), 422, 'idempotency_key_reused');
    expectProblem(await upload(shop, key, CSV.slice(0, -3)), 422, 'idempotency_key_reused');
    const bare = await shop.api.call('POST', `/api/shops/${shop.shop}/products/import`, {
      body: CSV + 'more,More,1.00\n'.repeat(100_000), // it is left unread behind the length of the first
      headers: { 'content-type': 'text/csv', 'idempotency-key': key },
    });
    expectProblem(bare, 422, 'idempotency_key_reused');
    expect(await test.db.collection('jobs').countDocuments({ shop: shop.shop, name: 'product.import' })).toBe(
      1,
    );
    expect((await shop.api.job(first.body.jobId)).state).toBe('completed');
  });

  it('forgets after a day, whether or not the server has swept yet', async () => {
    const { shop, api } = await test.newShop(WIDE);
    const key = randomUUID();
    await create(api, shop, key);
    const claims = test.db.collection('idempotency_keys');
    const claim = await claims.findOne({ shop });
    expect(claim?.['expiresAt'].getTime() - claim?.['createdAt'].getTime()).toBe(24 * 3600 * 1000);
    await claims.updateOne({ shop }, { $set: { expiresAt: new Date(Date.now() - 1) } });
    const again = await create(api, shop, key);
    expect(again.status).toBe(201);
    expect(again.headers.get('idempotent-replayed')).toBeNull();
    expect(await products(shop)).toBe(2);
  });

  it(`of ${PARALLEL} parallel identical requests to two instances one creates, for each tenant`, async () => {
    const [a, b] = [await test.newShop(WIDE), await test.newShop(WIDE)];
    const key = randomUUID();
    const send = (n: number): Promise<Answer> => {
      const { shop, api } = n % 10 === 9 ? b : a;
      const instance = n % 2 === 0 ? test : other;
      return create(at(instance, api), shop, key, { title: 'Once' });
    };
    const answers = await Promise.all(Array.from({ length: PARALLEL }, (_, n) => send(n)));
    for (const [shop, own] of [
      [a.shop, answers.filter((_, n) => n % 10 !== 9)],
      [b.shop, answers.filter((_, n) => n % 10 === 9)],
    ] as const) {
      expect(await products(shop)).toBe(1);
      const created = own.filter(({ status }) => status === 201);
      expect(created.filter(({ headers }) => !headers.has('idempotent-replayed'))).toHaveLength(1);
      expect(new Set(created.map(({ text }) => text)).size).toBe(1);
      const waiting = own.filter(({ status }) => status !== 201);
      for (const answer of waiting) {
        expectProblem(answer, 409, 'idempotency_in_progress');
        expect(answer.headers.get('retry-after')).toBe('1');
      }
      const usage = await test.db.collection('subscriptions').findOne({ shop });
      expect(usage?.['usage']).toEqual({ products: 1 });
    }
  });
});

/** A tenant's client at a given instance. */
function at({ anonymous }: TestApp, { credentials }: ApiClient): ApiClient {
  return anonymous.as(credentials);
}
