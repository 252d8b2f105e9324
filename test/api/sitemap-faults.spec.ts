import { startTestApp, type TestApp, type TestShop } from '../support/app.js';
import { insertProducts } from '../support/bulk-products.js';
import { addProducts } from '../support/catalogue.js';
import { rawGet } from '../support/raw-get.js';
import { generateSitemap } from '../support/sitemap-run.js';
import { storedFiles } from '../support/stored-files.js';

describe('a sitemap generation that fails', () => {
  let test: TestApp;
  beforeAll(async () => {
    test = await startTestApp();
  });
  afterAll(() => test.close());

  it.each<
    [fault: string, cause: (own: TestShop) => Promise<unknown>, repair: (own: TestShop) => Promise<unknown>]
  >([
    [
      'before the first page: a language that is none',
      ({ shop }) =>
        test.db
          .collection('shops')
          .updateOne({ shop }, { $set: { locales: [{ locale: '!!', primary: true }] } }),
      ({ shop }) =>
        test.db
          .collection('shops')
          .updateOne({ shop }, { $set: { locales: [{ locale: 'en', primary: true }] } }),
    ],
    [
      'half way through a file: a product without images',
      ({ shop }) =>
        insertProducts(test.db, shop, 20_000, (n) =>
          n === 19_999 ? { handle: 'broken', images: null as never } : {},
        ),
      ({ shop }) =>
        test.db.collection('products').updateOne({ shop, handle: 'broken' }, { $set: { images: [] } }),
    ],
  ])('%s: leaves the last good version served and no file behind', async (_, cause, repair) => {
    const own = await test.newShop();
    await addProducts(own, [{ title: 'One' }]);
    expect((await generateSitemap(own)).state).toBe('completed');
    const url = `${test.baseUrl}/sitemaps/${own.shop}/sitemap.xml`;
    const [good, files] = [await rawGet(url), await storedFiles(test.db)];
    const versions = (await own.api.get(`/api/shops/${own.shop}/sitemaps`)).body;

    await cause(own);
    const failed = await generateSitemap(own);
    expect(failed).toMatchObject({
      state: 'failed',
      attempts: 3,
      result: null,
      error: { code: 'internal_error' },
    });
    expect(failed.error.detail).not.toMatch(/RangeError|TypeError|null|!!/);
    expect(await rawGet(url)).toMatchObject({
      status: 200,
      body: good.body,
      headers: { etag: good.headers.etag },
    });
    expect(await storedFiles(test.db)).toEqual(files);
    expect((await own.api.get(`/api/shops/${own.shop}/sitemaps`)).body).toEqual(versions);

    await repair(own);
    expect((await generateSitemap(own)).state).toBe('completed');
    expect((await own.api.get(`/api/shops/${own.shop}/sitemaps`)).body.page.total).toBe(2);
  });
});
