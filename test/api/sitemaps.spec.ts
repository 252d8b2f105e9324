import { startTestApp, type TestApp } from '../support/app.js';
import { assertValidSitemap } from '../support/sitemap-schemas.js';

describe('sitemaps', () => {
  let test: TestApp;
  beforeAll(async () => {
    test = await startTestApp();
  });
  afterAll(() => test.close());

  it('lists every active product once, valid by the schemas', async () => {
    const { shop, api } = await test.newShop();
    for (const [title, status] of [
      ['One', 'active'],
      ['Two', 'active'],
      ['Hidden', 'draft'],
    ]) {
      const created = await api.post(`/api/shops/${shop}/products`, {
        title,
        status,
        variants: [{ price: 100 }],
      });
      expect(created.status).toBe(201);
    }
    const started = await api.post(`/api/shops/${shop}/sitemaps`);
    expect(started.status).toBe(202);
    expect(started.headers.get('location')).toBe(`/api/jobs/${started.body.jobId}`);
    expect(started.body.estimatedTime).toBeGreaterThan(0);
    const job = await api.job(started.body.jobId);
    expect(job).toMatchObject({ state: 'completed', result: { products: 2, urls: 3 } });
    const { text } = await test.anonymous.get(`/sitemaps/${shop}/sitemap.xml`);
    await assertValidSitemap(text);
    expect(text.match(/<loc>[^<]*\/products\/[^<]*/g)).toEqual([
      `<loc>https://${shop}/products/one`,
      `<loc>https://${shop}/products/two`,
    ]);
  });
});
