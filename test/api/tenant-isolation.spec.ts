import { startTestApp, type TestApp, type TestShop } from '../support/app.js';
import { addProducts } from '../support/catalogue.js';
import { expectProblem } from '../support/problem.js';
import { stored } from '../support/stored.js';

const CSV = 'Handle,Title,Variant Price\nforeign,Foreign,1.00\n';

describe('tenant isolation', () => {
  let test: TestApp;
  let own: TestShop;
  let other: TestShop;
  let ids: { product: string; sitemap: string; key: string; job: string };
  beforeAll(async () => {
    test = await startTestApp();
    [own, other] = [await test.newShop(), await test.newShop()];
    const [product] = await addProducts(own, [{ title: 'Secret lamp' }]);
    const started = await own.api.post(`/api/shops/${own.shop}/sitemaps`);
    await own.api.job(started.body.jobId);
    const sitemaps = await own.api.get(`/api/shops/${own.shop}/sitemaps`);
    const key = await own.api.post(`/api/shops/${own.shop}/api-keys`, {
      name: 'k',
      scopes: ['products:read'],
    });
    ids = {
      product: product.id,
      sitemap: sitemaps.body.data[0].id,
      key: key.body.id,
      job: started.body.jobId,
    };
  });
  afterAll(() => test.close());

  // rows without a body are shorter: with named parameters jest would pass its `done` for the last
  /** Every route below a shop, with a body that would be accepted. */
  const ROUTES: [method: string, path: string, json?: object][] = [
    ['GET', ''],
    ['PATCH', '', { name: 'Taken' }],
    ['DELETE', ''],
    ['GET', '/products'],
    ['GET', '/products?q=lamp&offset=0'],
    ['POST', '/products', { title: 'Planted' }],
    ['GET', '/products/{product}'],
    ['GET', '/products/by-handle/secret-lamp'],
    ['PATCH', '/products/{product}', { title: 'Taken' }],
    ['DELETE', '/products/{product}'],
    ['GET', '/products/export.csv'],
    ['POST', '/sitemaps'],
    ['GET', '/sitemaps'],
    ['GET', '/sitemaps/{sitemap}'],
    ['GET', '/subscription'],
    ['PATCH', '/subscription', { status: 'cancelled' }],
    ['GET', '/api-keys'],
    ['POST', '/api-keys', { name: 'mine', scopes: ['products:read'] }],
    ['DELETE', '/api-keys/{key}'],
  ];
  const fill = (path: string) => path.replace(/\{(\w+)\}/g, (_, name: keyof typeof ids) => ids[name]);
  const call = (method: string, shop: string, path: string, json?: object) =>
    other.api.call(method, `/api/shops/${shop}${fill(path)}`, json ? { json } : {});

  it.each(ROUTES)(
    "%s %s is closed to another shop's key, and changes nothing",
    async (...[method, path, json]) => {
      const before = await stored(test.db);
      const answer = await call(method, own.shop, path, json);
      expectProblem(answer, 403, 'shop_forbidden');
      expect(answer.text).not.toMatch(/secret lamp/i);
      expect(await stored(test.db)).toEqual(before);
    },
  );

  it('answers for a shop that exists as for one that does not', async () => {
    const [known, unknown] = [
      await call('GET', own.shop, ''),
      await call('GET', 'no-such-shop.myshopify.com', ''),
    ];
    expectProblem(unknown, 403, 'shop_forbidden');
    const neutral = (answer: typeof known, shop: string) =>
      answer.text.replaceAll(shop, 'SHOP').replace(/"requestId":"[^"]*"/, '');
    expect(neutral(known, own.shop)).toBe(neutral(unknown, 'no-such-shop.myshopify.com'));
  });

  it.each(['upper case', 'encoded'])('is not led astray by the name in %s', async (kind) => {
    const shop = kind === 'encoded' ? own.shop.replace('.', '%2e') : own.shop.toUpperCase();
    expectProblem(await call('GET', shop, '/products'), 403, 'shop_forbidden');
  });

  it('closes the import', async () => {
    const before = await stored(test.db);
    expectProblem(
      await other.api.upload(`/api/shops/${own.shop}/products/import`, CSV),
      403,
      'shop_forbidden',
    );
    expect(await stored(test.db)).toEqual(before);
  });

  it.each<[string, keyof typeof ids, string, object?]>([
    ['GET', 'product', 'product_not_found'],
    ['PATCH', 'product', 'product_not_found', { title: 'Taken' }],
    ['DELETE', 'product', 'product_not_found'],
    ['GET', 'sitemap', 'sitemap_not_found'],
    ['DELETE', 'key', 'api_key_not_found'],
  ])("%s: another shop's %s is not found under one's own", async (...[method, name, code, json]) => {
    const folder = { product: 'products', sitemap: 'sitemaps', key: 'api-keys', job: 'jobs' }[name];
    const before = await stored(test.db);
    expectProblem(await call(method, other.shop, `/${folder}/{${name}}`, json), 404, code);
    expect(await stored(test.db)).toEqual(before);
  });

  it("hides another shop's jobs", async () => {
    expectProblem(await other.api.get(`/api/jobs/${ids.job}`), 404, 'job_not_found');
    for (const path of [`/api/jobs/${ids.job}`, `/api/jobs/${ids.job}/events`]) {
      expectProblem(await test.anonymous.get(path), 401, 'unauthenticated');
    }
    expect((await own.api.get(`/api/jobs/${ids.job}`)).status).toBe(200);
  });

  it("tells nothing of another shop's job by its events", async () => {
    const { text } = await other.api.get(`/api/jobs/${ids.job}/events`);
    expect(text).not.toMatch(/completed|sitemap|myshopify/);
  });

  it("hides the events of another shop's job", async () => {
    expectProblem(await other.api.get(`/api/jobs/${ids.job}/events`), 404, 'job_not_found');
  });

  it("takes no other shop's cursor for a way in", async () => {
    await addProducts(own, [{ title: 'Second' }]);
    const { body } = await own.api.get(`/api/shops/${own.shop}/products?limit=1`);
    const answer = await call('GET', other.shop, `/products?cursor=${body.page.nextCursor}`);
    expect(answer.body.data).toEqual([]);
  });
});
