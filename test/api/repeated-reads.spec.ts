import { ApiKeysService } from '../../src/modules/identity/index.js';
import { startTestApp, type TestApp, type TestShop } from '../support/app.js';
import { ApiClient } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import { expectProblem } from '../support/problem.js';
import { rawGet } from '../support/raw-get.js';

/** What is asked for again and again takes a short way past the guards: it must not outlive what they would say. */
describe('repeated reads of a cached answer', () => {
  let test: TestApp;
  let own: TestShop;
  let path: string;

  beforeAll(async () => {
    test = await startTestApp();
  });
  afterAll(() => test.close());
  beforeEach(async () => {
    own = await test.newShop();
    path = `/api/shops/${own.shop}/products`;
    await own.api.post(path, { title: 'Mug', variants: [{ price: 900 }] });
    for (let asked = 0; asked < 4; asked++) await own.api.get(path);
  });

  const revoked = async () => {
    const { body } = await test.admin.get(`/api/shops/${own.shop}/api-keys`);
    expect((await test.admin.delete(`/api/shops/${own.shop}/api-keys/${body.data[0].id}`)).status).toBe(204);
  };

  it('give the same bytes under the same headers as the long way', async () => {
    const list = `${path}?sort=title`;
    expect((await own.api.get(list)).headers.get('x-cache')).toBe('miss');
    const long = await own.api.get(list);
    const short = await own.api.get(list);
    expect([long, short].map(({ headers }) => headers.get('x-cache'))).toEqual(['hit', 'hit']);
    expect(short.text).toBe(long.text);
    const names = (headers: Headers) => [...headers.keys()].sort();
    expect(names(short.headers)).toEqual(names(long.headers));
  });

  it('are compressed and answered 304 as on the long way', async () => {
    for (let n = 0; n < 5; n++)
      await own.api.post(path, { title: `Product number ${n}`, variants: [{ price: n }] });
    const answers = [];
    for (let asked = 0; asked < 4; asked++) answers.push(await own.api.get(path));
    for (const { headers, text } of answers) {
      expect(headers.get('content-encoding')).toBe('gzip');
      expect(text).toBe(answers[0]!.text);
    }
    const known = { headers: { 'if-none-match': answers[0]!.headers.get('etag')! } };
    expect(await own.api.get(path, known)).toMatchObject({ status: 304, text: '' });
  });

  it('end with the key, the installation, and a change of the networks a shop allows', async () => {
    await revoked();
    expectProblem(await own.api.get(path), 401, 'unauthenticated');

    const gone = await test.newShop();
    const list = `/api/shops/${gone.shop}/products`;
    for (let asked = 0; asked < 4; asked++) await gone.api.get(list);
    await test.admin.delete(`/api/shops/${gone.shop}`);
    expect((await gone.api.get(list)).status).toBeGreaterThanOrEqual(400);

    const elsewhere = await test.newShop();
    const there = `/api/shops/${elsewhere.shop}/products`;
    for (let asked = 0; asked < 4; asked++) await elsewhere.api.get(there);
    await test.admin.patch(`/api/shops/${elsewhere.shop}`, { ipAllowlist: ['203.0.113.0/24'] });
    expectProblem(await elsewhere.api.get(there), 403, 'ip_not_allowed');
  });

  it('end with an override that blocks the caller', async () => {
    const override = { subjectKind: 'tenant', subject: own.shop, action: 'block', reason: 'spec' };
    const { status, body } = await test.admin.post('/api/admin/throttling-overrides', override);
    expect(status).toBe(201);
    expectProblem(await own.api.get(path), 403, 'caller_blocked');
    await test.admin.delete(`/api/admin/throttling-overrides/${body.id}`);
  });

  it('end with the key also when reads are under way', async () => {
    let reading = true;
    const reader = async () => {
      while (reading) await own.api.get(path);
    };
    const readers = Array.from({ length: 20 }, reader);
    await revoked();
    const { status } = await own.api.get(path);
    reading = false;
    await Promise.all(readers);
    expect(status).toBe(401);
  });

  it('end on every instance', async () => {
    const other = await startTestApp(test.env);
    try {
      const there = new ApiClient(other.baseUrl, own.apiKey);
      for (let asked = 0; asked < 4; asked++) expect((await there.get(path)).status).toBe(200);
      await own.api.post(path, { title: 'Bowl', variants: [{ price: 500 }] });
      await eventually(async () => {
        expect((await there.get(path)).body.data).toHaveLength(2);
      });
      const override = { subjectKind: 'tenant', subject: own.shop, action: 'block', reason: 'spec' };
      const { body } = await test.admin.post('/api/admin/throttling-overrides', override);
      await eventually(async () => {
        expectProblem(await there.get(path), 403, 'caller_blocked');
      });
      await test.admin.delete(`/api/admin/throttling-overrides/${body.id}`);
      await eventually(async () => {
        expect((await there.get(path)).status).toBe(200);
      });
      await revoked();
      await eventually(async () => {
        expectProblem(await there.get(path), 401, 'unauthenticated');
      });
    } finally {
      await other.close();
    }
  });

  it('are made anew when an operator asks for that', async () => {
    const { secret } = await test.app.get(ApiKeysService, { strict: false }).issue({
      ...{ shop: null, role: 'admin', name: 'spec' },
    });
    const operator = new ApiClient(test.baseUrl, secret);
    const wish = { headers: { 'cache-control': 'no-cache' } };
    for (let asked = 0; asked < 4; asked++) await operator.get(path);
    expect((await operator.get(path)).headers.get('x-cache')).toBe('hit');
    expect((await operator.get(path, wish)).headers.get('x-cache')).toBe('miss');
    expect((await own.api.get(path, wish)).headers.get('x-cache')).toBe('hit');
  });

  it('end with a write', async () => {
    await own.api.post(path, { title: 'Bowl', variants: [{ price: 500 }] });
    expect((await own.api.get(path)).body.data).toHaveLength(2);
  });

  it('are no way in for others', async () => {
    const stranger = await test.newShop();
    expect((await stranger.api.get(path)).status).toBe(403);
    expect((await test.anonymous.get(path)).status).toBe(401);
  });

  it('are counted and logged like any request', async () => {
    const left = async () => Number(/r=(\d+)/.exec((await own.api.get(path)).headers.get('ratelimit')!)?.[1]);
    const before = await left();
    expect(await left()).toBe(before - 1);
    const { headers } = await own.api.get(path);
    await eventually(() => {
      const line = test.logs.find(({ requestId }) => requestId === headers.get('x-request-id'));
      expect(line).toMatchObject({
        shop: own.shop,
        status: 200,
        principal: expect.stringMatching(/^api_key:/),
      });
    });
  });

  it('are no way around what the other headers decide', async () => {
    const asked = { authorization: `Bearer ${own.apiKey}` };
    expect((await rawGet(test.baseUrl + path, asked)).headers['x-cache']).toBe('hit');
    expect((await rawGet(test.baseUrl + path, { ...asked, accept: 'text/html' })).status).toBe(406);
    const named = { ...asked, 'x-request-id': 'from-the-spec-itself' };
    expect((await rawGet(test.baseUrl + path, named)).headers['x-request-id']).toBe('from-the-spec-itself');
    const odd = { ...asked, 'x-request-id': 'no good: "' };
    expect((await rawGet(test.baseUrl + path, odd)).headers['x-request-id']).toMatch(/^[\da-f-]{36}$/);
  });

  it('refuse several Authorization headers', async () => {
    const once = `Bearer ${own.apiKey}`;
    const twice = [once, once] as unknown as string; // Node sends an array as several headers
    expect((await rawGet(test.baseUrl + path, { authorization: once })).status).toBe(200);
    expect((await rawGet(test.baseUrl + path, { authorization: twice })).status).toBe(401);
  });
});
