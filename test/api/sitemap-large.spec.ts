import { gunzipSync } from 'node:zlib';
import { startTestApp, type TestApp, type TestShop } from '../support/app.js';
import { insertProducts } from '../support/bulk-products.js';
import { rawGet } from '../support/raw-get.js';
import { generateSitemap, texts, urlsOf } from '../support/sitemap-run.js';
import { assertValidIndex, assertValidSitemap } from '../support/sitemap-schemas.js';

const ACTIVE = 50_001;
const OTHERS = 99;

describe('a sitemap of more than 50 000 pages', () => {
  let test: TestApp;
  let own: TestShop;
  let root: string;
  let index: string;
  beforeAll(async () => {
    test = await startTestApp();
    own = await test.newShop();
    root = `${test.baseUrl}/sitemaps/${own.shop}`;
    await insertProducts(test.db, own.shop, ACTIVE + OTHERS, (n) =>
      n < ACTIVE
        ? { updatedAt: new Date(1_700_000_000_000 + n * 1_000) }
        : { status: n % 2 ? 'draft' : 'archived' },
    );
    expect(await generateSitemap(own)).toMatchObject({
      state: 'completed',
      result: { products: ACTIVE, urls: ACTIVE + 1, files: 3 },
    });
    index = (await rawGet(`${root}/sitemap.xml`)).body.toString();
  }, 120_000);
  afterAll(() => test.close());

  it('is an index of its parts, each with the time of its latest change', async () => {
    await assertValidIndex(index);
    expect(texts(index, 'loc').map((loc) => new URL(loc).pathname)).toEqual(
      [1, 2].map((n) => `/sitemaps/${own.shop}/sitemap-${n}.xml`),
    );
    // the home page and 49 999 products, then the last two
    const latest = [ACTIVE - 3, ACTIVE - 1].map((n) => new Date(1_700_000_000_000 + n * 1_000));
    expect(texts(index, 'lastmod').map((time) => Date.parse(time))).toEqual(
      latest.map((time) => time.getTime()),
    );
  });

  it('names every active product once over all parts, each part valid', async () => {
    const active = await test.db
      .collection('products')
      .find({ shop: own.shop, status: 'active' }, { projection: { _id: 0, handle: 1 } })
      .toArray();
    expect(active).toHaveLength(ACTIVE);
    const found: string[] = [];
    for (const [n, urls] of [
      [1, 50_000],
      [2, 2],
    ] as const) {
      const { body } = await rawGet(`${root}/sitemap-${n}.xml`);
      expect(body.length).toBeLessThanOrEqual(52_428_800);
      await assertValidSitemap(body);
      const pages = urlsOf(body.toString());
      expect(pages).toHaveLength(urls);
      found.push(...pages.map(({ loc }) => loc));
    }
    const wanted = [
      `https://${own.shop}/`,
      ...active.map(({ handle }) => `https://${own.shop}/products/${handle}`),
    ];
    expect(found.toSorted()).toEqual(wanted.toSorted());
  });

  it('serves the parts gzipped too, and none beyond', async () => {
    for (const name of ['sitemap.xml', 'sitemap-1.xml', 'sitemap-2.xml']) {
      const plain = await rawGet(`${root}/${name}`);
      expect(gunzipSync((await rawGet(`${root}/${name}.gz`)).body).equals(plain.body)).toBe(true);
    }
    expect((await rawGet(`${root}/sitemap-3.xml`)).status).toBe(404);
    expect((await rawGet(`${root}/sitemap-0.xml`)).status).toBe(404);
  });

  it('shrinks to a single file when the catalogue does', async () => {
    await test.db
      .collection('products')
      .updateMany({ shop: own.shop, handle: { $gte: '1' } }, { $set: { status: 'draft' } });
    expect((await generateSitemap(own)).result.files).toBe(1);
    await assertValidSitemap((await rawGet(`${root}/sitemap.xml`)).body);
    expect((await rawGet(`${root}/sitemap-1.xml`)).status).toBe(404);
  });
});
