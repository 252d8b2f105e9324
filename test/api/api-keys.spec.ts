import { createHash } from 'node:crypto';
import { startTestApp, type TestApp, type TestShop } from '../support/app.js';
import { expectProblem } from '../support/problem.js';
import { stored } from '../support/stored.js';

describe('API keys', () => {
  let test: TestApp;
  beforeAll(async () => {
    test = await startTestApp();
  });
  afterAll(() => test.close());

  const path = ({ shop }: TestShop) => `/api/shops/${shop}/api-keys`;
  const create = (own: TestShop, scopes: string[], more: object = {}) =>
    own.api.post(path(own), { name: 'storefront', scopes, ...more });

  it('show their secret once; the database has its hash alone', async () => {
    const own = await test.newShop();
    const created = await create(own, ['products:read']);
    expect(created.status).toBe(201);
    const { secret, ...key } = created.body;
    expect(secret).toMatch(/^ent_live_[\w-]{43}$/);
    expect(key).toMatchObject({
      name: 'storefront',
      scopes: ['products:read'],
      prefix: secret.slice(0, 13),
      expiresAt: null,
      lastUsedAt: null,
    });
    const listed = await own.api.get(path(own));
    expect(listed.body.data[0]).toEqual(key);
    expect(listed.body.page.total).toBe(2);
    for (const text of [listed.text, JSON.stringify(await stored(test.db)), JSON.stringify(test.logs)]) {
      expect(text).not.toContain(secret);
      expect(text).not.toContain(secret.slice(-30));
    }
    const document = await test.db.collection('api_keys').findOne({ name: 'storefront', shop: own.shop });
    expect(document?.['hash']).toBe(createHash('sha256').update(secret).digest('hex'));
    expect(listed.text).not.toContain(document?.['hash']);
  });

  it('allow their scopes and nothing else', async () => {
    const own = await test.newShop();
    const reader = own.api.as((await create(own, ['products:read'])).body.secret);
    expect((await reader.get(`/api/shops/${own.shop}/products`)).status).toBe(200);
    const refused = [
      await reader.post(`/api/shops/${own.shop}/products`, { title: 'No' }),
      await reader.post(`/api/shops/${own.shop}/sitemaps`),
      await reader.get(`/api/shops/${own.shop}`),
      await reader.get(`/api/shops/${own.shop}/subscription`),
      await reader.get(path(own)),
      await reader.post(path(own), { name: 'x', scopes: ['products:read'] }),
    ];
    for (const answer of refused) expectProblem(answer, 403, 'insufficient_scope');
  });

  it('cannot grant what they do not have', async () => {
    const own = await test.newShop();
    const limited = {
      ...own,
      api: own.api.as((await create(own, ['api-keys:write', 'products:read'])).body.secret),
    };
    expectProblem(await create(limited, ['products:read', 'products:write']), 403, 'insufficient_scope');
    expect((await create(limited, ['products:read'])).status).toBe(201);
    expect(await test.db.collection('api_keys').countDocuments({ shop: own.shop })).toBe(3);
  });

  it('that expire grant no key that outlives them', async () => {
    const own = await test.newShop();
    const path = `/api/shops/${own.shop}/api-keys`;
    const scopes = ['api-keys:write', 'products:read'];
    const hours = (n: number) => new Date(Date.now() + n * 3_600_000).toISOString();
    const { body } = await own.api.post(path, { name: 'brief', scopes, expiresAt: hours(1) });
    const brief = own.api.as(body.secret);
    for (const expiresAt of [undefined, hours(2)])
      expectProblem(await brief.post(path, { name: 'long', scopes, expiresAt }), 400, 'validation_failed');
    const endless = await own.api.post(path, { name: 'endless', scopes });
    expectProblem(await brief.post(`${path}/${endless.body.id}/rotate`, {}), 400, 'validation_failed');
    expectProblem(
      await brief.post(`${path}/${body.id}/rotate`, { expiresAt: hours(2) }),
      400,
      'validation_failed',
    );
    expect((await brief.post(path, { name: 'briefer', scopes, expiresAt: hours(0.5) })).status).toBe(201);
    expect((await brief.post(`${path}/${body.id}/rotate`, {})).status).toBe(201);
  });

  it('end at once when revoked, and only the revoked one', async () => {
    const own = await test.newShop();
    const created = [await create(own, ['products:read']), await create(own, ['products:read'])];
    const [first, second] = created.map(({ body }) => own.api.as(body.secret));
    expect((await first!.get(`/api/shops/${own.shop}/products`)).status).toBe(200);
    expect((await own.api.delete(`${path(own)}/${created[0]!.body.id}`)).status).toBe(204);
    expectProblem(await first!.get(`/api/shops/${own.shop}/products`), 401, 'unauthenticated');
    expect((await second!.get(`/api/shops/${own.shop}/products`)).status).toBe(200);
    expectProblem(await own.api.delete(`${path(own)}/${created[0]!.body.id}`), 404, 'api_key_not_found');
    expect((await own.api.get(path(own))).text).not.toContain(created[0]!.body.id);
  });

  it('end when they expire, also while they are remembered', async () => {
    const own = await test.newShop();
    const expiresAt = new Date(Date.now() + 3_600_000);
    const { id, secret } = (await create(own, ['products:read'], { expiresAt: expiresAt.toISOString() }))
      .body;
    const key = own.api.as(secret);
    expect((await key.get(`/api/shops/${own.shop}/products`)).status).toBe(200);
    const now = Date.now;
    try {
      Date.now = () => now() + 7_200_000;
      const RealDate = Date;
      globalThis.Date = class extends RealDate {
        constructor(...args: ConstructorParameters<typeof RealDate>) {
          if ((args as unknown[]).length === 0) super(RealDate.now());
          else super(...args);
        }
      } as DateConstructor;
      try {
        expectProblem(await key.get(`/api/shops/${own.shop}/products`), 401, 'unauthenticated');
      } finally {
        globalThis.Date = RealDate;
      }
    } finally {
      Date.now = now;
    }
    expect(id).toEqual(expect.any(String));
  });

  it('note when they were last used', async () => {
    const own = await test.newShop();
    const { id, secret } = (await create(own, ['api-keys:read'])).body;
    const key = own.api.as(secret);
    let used: string | null = null;
    // the note is written beside the answer, not before it
    for (let n = 0; n < 200 && !used; n++) {
      const { body } = await key.get(path(own));
      used = body.data.find((one: { id: string }) => one.id === id).lastUsedAt;
    }
    expect(used).toEqual(expect.any(String));
  });

  it.each([
    ['an unknown scope', { scopes: ['everything'] }],
    ['a scope twice', { scopes: ['products:read', 'products:read'] }],
    ['no scopes', { scopes: [] }],
    ['scopes as text', { scopes: 'products:read' }],
    ['no name', { name: '' }],
    ['an expiry in the past', { expiresAt: '2020-01-01T00:00:00Z' }],
    ['an expiry that is no date', { expiresAt: 'tomorrow' }],
    ['a role', { role: 'admin' }],
    ['another shop', { shop: 'other.myshopify.com' }],
    ['a secret of its own', { secret: 'ent_live_0000000000000000000000000000000000000000000' }],
  ])('refuse %s', async (_, wrong) => {
    const own = await test.newShop();
    expectProblem(await create(own, ['products:read'], wrong), 400, 'validation_failed');
    expect((await own.api.get(path(own))).body.page.total).toBe(1);
  });

  it.each([
    'ent_live_',
    `ent_live_${'A'.repeat(43)}`,
    `ent_live_${'A'.repeat(5_000)}`,
    'ent_test_x',
    'undefined',
  ])('refuse the credentials %s', async (credentials) => {
    const { shop, api } = await test.newShop();
    const answer = await api.as(credentials).get(`/api/shops/${shop}/products`);
    expectProblem(answer, 401, 'unauthenticated');
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
  });

  it.each(['Basic dXNlcjpwYXNz', 'Bearer', 'Bearer  ', 'ent_live_x', 'Bearer a b'])(
    'refuse the header %j',
    async (authorization) => {
      const { shop } = await test.newShop();
      expectProblem(
        await test.anonymous.get(`/api/shops/${shop}/products`, { headers: { authorization } }),
        401,
        'unauthenticated',
      );
    },
  );
});
