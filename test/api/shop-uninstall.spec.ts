import { purgeShops } from '../../src/modules/shops/shop-purge.job.js';
import { ShopsRepository } from '../../src/modules/shops/shops.repository.js';
import { startTestApp, type TestApp, type TestShop } from '../support/app.js';
import { addProducts } from '../support/catalogue.js';
import { expectProblem } from '../support/problem.js';
import { runJob } from '../support/run-job.js';
import { mentions } from '../support/stored.js';

const DAY_MS = 24 * 3600 * 1000;
const CSV = 'Handle,Title,Variant Price\nimported,Imported,12.50\n';

describe('uninstalling a shop', () => {
  let test: TestApp;
  beforeAll(async () => {
    test = await startTestApp();
  });
  afterAll(() => test.close());

  /** A shop with data in every feature: products, an import and its file, a sitemap and its file, keys, jobs. */
  async function shopWithData(): Promise<TestShop> {
    const own = await test.newShop();
    await addProducts(own, [{ title: 'Lamp' }, { title: 'Chair' }]);
    const imported = await own.api.upload(`/api/shops/${own.shop}/products/import`, CSV);
    expect((await own.api.job(imported.body.jobId)).state).toBe('completed');
    const sitemap = await own.api.post(`/api/shops/${own.shop}/sitemaps`);
    expect((await own.api.job(sitemap.body.jobId)).state).toBe('completed');
    return own;
  }

  async function uninstall(shop: string, daysAgo = 0): Promise<void> {
    expect((await test.admin.delete(`/api/shops/${shop}`)).status).toBe(200);
    const uninstalledAt = new Date(Date.now() - daysAgo * DAY_MS);
    await test.db.collection('shops').updateOne({ shop }, { $set: { uninstalledAt } });
  }

  const reinstall = (shop: string) => test.admin.post('/api/shops', { shop, name: 'Back', currency: 'EUR' });

  it('stops every key at once and closes the public sitemap', async () => {
    const { shop, api } = await shopWithData();
    const second = await api.post(`/api/shops/${shop}/api-keys`, {
      name: 'second',
      scopes: ['products:read'],
    });
    expect((await test.anonymous.get(`/sitemaps/${shop}/sitemap.xml`)).status).toBe(200);
    const uninstalled = await api.delete(`/api/shops/${shop}`);
    expect(uninstalled.status).toBe(200);
    expect(uninstalled.body.uninstalledAt).toEqual(expect.any(String));
    for (const key of [api, api.as(second.body.secret)]) {
      expectProblem(await key.get(`/api/shops/${shop}/products`), 401, 'unauthenticated');
    }
    expectProblem(await test.anonymous.get(`/sitemaps/${shop}/sitemap.xml`), 410, 'shop_uninstalled');
    expectProblem(await test.admin.delete(`/api/shops/${shop}`), 410, 'shop_uninstalled');
    expect((await test.admin.get(`/api/shops/${shop}`)).body.uninstalledAt).toEqual(expect.any(String));
  });

  it('keeps the data: installed again within 30 days, everything is back, under a new key', async () => {
    const { shop, api } = await shopWithData();
    const { body: before } = await api.get(`/api/shops/${shop}/products?sort=handle`);
    await uninstall(shop, 29);
    expect((await runJob(test, purgeShops)).purged).not.toContain(shop);
    const back = await reinstall(shop);
    expect(back.status).toBe(201);
    expect(back.body).toMatchObject({ name: 'Back', uninstalledAt: null });
    expectProblem(await api.get(`/api/shops/${shop}/products`), 401, 'unauthenticated');
    const renewed = api.as(back.body.apiKey);
    expect((await renewed.get(`/api/shops/${shop}/products?sort=handle`)).body).toEqual(before);
    expect((await renewed.get(`/api/shops/${shop}/sitemaps`)).body.data).toHaveLength(1);
    expect((await renewed.get(`/api/shops/${shop}/subscription`)).body).toMatchObject({
      plan: 'enterprise',
      usage: { products: 3 },
    });
    expect((await test.anonymous.get(`/sitemaps/${shop}/sitemap.xml`)).status).toBe(200);
  });

  it('comes back in the currency its prices are stored in', async () => {
    const { shop } = await test.newShop({ currency: 'JPY' });
    await uninstall(shop);
    expect((await reinstall(shop)).body.currency).toBe('JPY');
  });

  it('removes everything, of every collection, when the retention is over, and nothing of another shop', async () => {
    const [gone, neighbour] = [await shopWithData(), await shopWithData()];
    const collections = [
      ...['api_keys', 'audit_events', 'events', 'files.files', 'jobs', 'products', 'shops', 'sitemaps'],
      'subscriptions',
    ];
    expect(Object.keys(await mentions(test.db, gone.shop)).sort()).toEqual(collections);
    const files = await test.db.collection('files.files').find({ 'metadata.shop': gone.shop }).toArray();
    const chunksOf = () =>
      test.db.collection('files.chunks').countDocuments({ files_id: { $in: files.map(({ _id }) => _id) } });
    expect(await chunksOf()).toBeGreaterThan(0);
    const neighbours = await mentions(test.db, neighbour.shop);

    await uninstall(gone.shop, 31);
    expect((await runJob(test, purgeShops)).purged).toEqual([gone.shop]);

    const left = await mentions(test.db, gone.shop);
    // the purge's own record and event name what it removed
    expect(left).toEqual({ jobs: 1, audit_events: 1 });
    expect(await test.db.collection('jobs').countDocuments({ shop: gone.shop })).toBe(0);
    expect(await chunksOf()).toBe(0);
    expect(await mentions(test.db, neighbour.shop)).toEqual(neighbours);
    expectProblem(await test.admin.get(`/api/shops/${gone.shop}`), 404, 'shop_not_found');
    expect((await reinstall(gone.shop)).body.version).toBe(1);
    expect((await test.admin.get(`/api/shops/${gone.shop}/products?offset=0`)).body.page.total).toBe(0);
  });

  it('spares a shop that is installed again between being found and being purged', async () => {
    const { shop } = await shopWithData();
    await uninstall(shop, 31);
    const repository = test.app.get(ShopsRepository);
    const find = repository.uninstalledBefore.bind(repository);
    repository.uninstalledBefore = async (...args) => {
      const due = await find(...args);
      if (due.includes(shop)) expect((await reinstall(shop)).status).toBe(201);
      return due;
    };
    expect((await runJob(test, purgeShops)).purged).not.toContain(shop);
    repository.uninstalledBefore = find;
    expect((await test.admin.get(`/api/shops/${shop}/products?offset=0`)).body.page.total).toBe(3);
  });

  it('cannot be installed while its purge runs; the next run finishes a purge that was cut off', async () => {
    const { shop } = await shopWithData();
    await uninstall(shop, 31);
    await test.db.collection('shops').updateOne({ shop }, { $set: { purgingAt: new Date() } });
    expectProblem(await reinstall(shop), 409, 'conflict');
    expect((await runJob(test, purgeShops)).purged).toEqual([shop]);
    expect(await test.db.collection('products').countDocuments({ shop })).toBe(0);
  });
});
