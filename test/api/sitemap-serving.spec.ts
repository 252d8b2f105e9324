import { gunzipSync } from 'node:zlib';
import { startTestApp, type TestApp, type TestShop } from '../support/app.js';
import { addProducts } from '../support/catalogue.js';
import { expectProblem } from '../support/problem.js';
import { rawGet } from '../support/raw-get.js';
import { generateSitemap } from '../support/sitemap-run.js';
import { assertValidSitemap } from '../support/sitemap-schemas.js';

describe('a served sitemap', () => {
  let test: TestApp;
  let own: TestShop;
  let url: string;
  beforeAll(async () => {
    test = await startTestApp();
    own = await test.newShop();
    await addProducts(own, [{ title: 'One' }, { title: 'Two' }]);
    await generateSitemap(own);
    url = `${test.baseUrl}/sitemaps/${own.shop}/sitemap.xml`;
  });
  afterAll(() => test.close());

  it('comes plain to whom gzip says nothing', async () => {
    for (const headers of [{}, { 'accept-encoding': 'identity' }, { 'accept-encoding': 'gzip;q=0, br' }]) {
      const { status, headers: answered, body } = await rawGet(url, headers as Record<string, string>);
      expect(status).toBe(200);
      expect(answered['content-type']).toBe('application/xml; charset=utf-8');
      expect(answered['content-encoding']).toBeUndefined();
      expect(Number(answered['content-length'])).toBe(body.length);
      await assertValidSitemap(body);
    }
  });

  it('comes gzipped to whom it is welcome, as it is stored', async () => {
    const plain = await rawGet(url);
    for (const accepted of ['gzip', 'br, gzip;q=0.5', '*', 'GZIP']) {
      const { headers, body } = await rawGet(url, { 'accept-encoding': accepted });
      expect(headers['content-encoding']).toBe('gzip');
      expect(headers['content-type']).toBe('application/xml; charset=utf-8');
      expect(Number(headers['content-length'])).toBe(body.length);
      expect(gunzipSync(body)).toEqual(plain.body);
    }
  });

  it('comes as a gzip file under its .gz name, whatever is accepted', async () => {
    const plain = await rawGet(url);
    for (const headers of [{}, { 'accept-encoding': 'gzip' }]) {
      const answer = await rawGet(`${url}.gz`, headers as Record<string, string>);
      expect(answer.headers['content-type']).toBe('application/gzip');
      expect(answer.headers['content-encoding']).toBeUndefined();
      expect(gunzipSync(answer.body)).toEqual(plain.body);
    }
  });

  it('tells caches what it depends on and how long it is good', async () => {
    for (const path of [url, `${url}.gz`]) {
      const { headers } = await rawGet(path, { 'accept-encoding': 'gzip' });
      expect(headers.vary?.toLowerCase()).toContain('accept-encoding');
      expect(headers['cache-control']).toBe('public, max-age=300');
      expect(Date.parse(headers['last-modified'] ?? '')).toBeLessThanOrEqual(Date.now());
    }
  });

  it('is not sent again to whom has it', async () => {
    const [plain, gzip] = [await rawGet(url), await rawGet(url, { 'accept-encoding': 'gzip' })];
    expect(plain.headers.etag).toMatch(/^"[^"]+"$/);
    expect(gzip.headers.etag).toMatch(/^"[^"]+"$/);
    expect(gzip.headers.etag).not.toBe(plain.headers.etag);
    const known = (etag = '', encoding = 'identity') =>
      rawGet(url, { 'if-none-match': etag, 'accept-encoding': encoding });
    for (const [etag, encoding] of [
      [plain.headers.etag, 'identity'],
      [gzip.headers.etag, 'gzip'],
      [`"x", W/${plain.headers.etag}`, 'identity'],
      ['*', 'identity'],
    ]) {
      const { status, headers, body } = await known(etag, encoding);
      expect([status, body.length]).toEqual([304, 0]);
      expect(headers.vary?.toLowerCase()).toContain('accept-encoding');
      expect(headers['cache-control']).toBe('public, max-age=300');
      expect(headers.etag).toMatch(/^"/);
    }
    expect((await known(plain.headers.etag, 'gzip')).status).toBe(200);
    expect((await known('"another"')).status).toBe(200);
  });

  it('answers HEAD like GET, without the body', async () => {
    for (const [path, encoding] of [
      [url, 'identity'],
      [url, 'gzip'],
      [`${url}.gz`, 'identity'],
    ] as const) {
      const [get, head] = [
        await rawGet(path, { 'accept-encoding': encoding }),
        await rawGet(path, { 'accept-encoding': encoding }, 'HEAD'),
      ];
      const kept = ({ headers }: typeof get) =>
        ['content-type', 'content-length', 'content-encoding', 'etag', 'vary', 'cache-control'].map(
          (name) => headers[name],
        );
      expect([head.status, head.body.length]).toEqual([200, 0]);
      expect(kept(head)).toEqual(kept(get));
    }
  });

  it('has a new ETag when the catalogue changed, and the same one when it did not', async () => {
    const shop = await test.newShop();
    const etag = async () => {
      expect((await generateSitemap(shop)).state).toBe('completed');
      return (await rawGet(`${test.baseUrl}/sitemaps/${shop.shop}/sitemap.xml`)).headers.etag;
    };
    const first = await etag();
    expect(await etag()).toBe(first);
    await addProducts(shop, [{ title: 'New' }]);
    expect(await etag()).not.toBe(first);
  });

  it('is a problem where there is none', async () => {
    const fresh = await test.newShop();
    expectProblem(await test.anonymous.get(`/sitemaps/${fresh.shop}/sitemap.xml`), 404, 'sitemap_not_found');
    for (const name of ['sitemap-1.xml', 'sitemap.txt', '.gz', '..%2f..%2fetc%2fpasswd', '__proto__']) {
      expectProblem(await test.anonymous.get(`/sitemaps/${own.shop}/${name}`), 404, 'sitemap_not_found');
    }
    expectProblem(
      await test.anonymous.get('/sitemaps/nobody.myshopify.com/sitemap.xml'),
      404,
      'shop_not_found',
    );
    expectProblem(await test.anonymous.get('/sitemaps/not-a-shop/sitemap.xml'), 404, 'shop_not_found');
  });

  it('is gone with the shop', async () => {
    const shop = await test.newShop();
    await generateSitemap(shop);
    expect((await test.anonymous.get(`/sitemaps/${shop.shop}/sitemap.xml`)).status).toBe(200);
    expect((await shop.api.delete(`/api/shops/${shop.shop}`)).status).toBe(200);
    for (const name of ['sitemap.xml', 'sitemap.xml.gz', 'sitemap-1.xml']) {
      expectProblem(await test.anonymous.get(`/sitemaps/${shop.shop}/${name}`), 410, 'shop_uninstalled');
    }
    expect((await rawGet(`${test.baseUrl}/sitemaps/${shop.shop}/sitemap.xml`, {}, 'HEAD')).status).toBe(410);
  });
});
