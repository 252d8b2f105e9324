import { gunzipSync } from 'node:zlib';
import { startTestApp, type TestApp } from '../support/app.js';
import { ApiClient } from '../support/client.js';
import { csvOf } from '../support/csv-catalogue.js';
import { allEvents, eventStream } from '../support/event-stream.js';
import { rawGet } from '../support/raw-get.js';
import { texts, urlsOf } from '../support/sitemap-run.js';
import { assertValidSitemap } from '../support/sitemap-schemas.js';

/** A merchant's first day, over HTTP alone: install, upload the catalogue, look at it, publish its sitemap. */
describe('from a catalogue file to a served sitemap', () => {
  let test: TestApp;
  beforeAll(async () => {
    test = await startTestApp();
  });
  afterAll(() => test.close());

  const CATALOGUE = csvOf([
    { Handle: 'linen-shirt', Title: 'Linen shirt', Vendor: 'Northfold', Tags: 'linen, summer', 'Option1 Name': 'Size', 'Option1 Value': 'S', 'Variant Price': '59.90', 'Image Src': 'https://cdn.example.com/shirt.jpg?a=1&b=2', Status: 'active' },
    { Handle: 'linen-shirt', Title: '', Vendor: '', Tags: '', 'Option1 Name': '', 'Option1 Value': 'M', 'Variant Price': '64.90', 'Image Src': 'https://cdn.example.com/shirt-back.jpg', Status: '' },
    { Handle: 'tasse-größe-l', Title: 'Tasse, Größe L', Vendor: 'Kiln', Tags: 'ceramic', 'Option1 Name': 'Title', 'Option1 Value': 'Default Title', 'Variant Price': '12', 'Image Src': '', Status: 'active' },
    { Handle: 'winter-coat', Title: 'Winter coat', Vendor: 'Northfold', Tags: 'wool', 'Option1 Name': 'Title', 'Option1 Value': 'Default Title', 'Variant Price': '199', 'Image Src': '', Status: 'draft' },
    { Handle: 'broken', Title: 'Broken', Vendor: 'Kiln', Tags: '', 'Option1 Name': 'Title', 'Option1 Value': 'Default Title', 'Variant Price': 'free', 'Image Src': '', Status: 'active' },
  ]); // prettier-ignore

  it('is a matter of a few calls', async () => {
    const installed = await test.admin.post('/api/shops', {
      shop: 'journey.myshopify.com',
      name: 'Journey',
      currency: 'EUR',
      primaryDomain: 'journey.example.com',
      locales: [
        { locale: 'de', primary: true },
        { locale: 'en', primary: false },
      ],
    });
    expect(installed.status).toBe(201);
    const key: string = installed.body.apiKey;
    const api = new ApiClient(test.baseUrl, key);
    const shop = '/api/shops/journey.myshopify.com';

    // the file goes up, and its job is followed to its end
    const upload = await api.upload(`${shop}/products/import`, CATALOGUE);
    expect(upload.status).toBe(202);
    const job = upload.headers.get('location');
    const events = await allEvents(await eventStream(`${test.baseUrl}${job}/events`, key));
    expect(events.at(-1)).toMatchObject({
      event: 'completed',
      data: {
        result: {
          created: 3,
          updated: 0,
          unchanged: 0,
          failed: 1,
          errors: [{ line: 6, handle: 'broken', code: 'invalid_price' }],
        },
      },
    });

    // the catalogue is there to be listed, filtered and searched
    const handles = async (query: string) =>
      (await api.get(`${shop}/products?sort=handle&${query}`)).body.data.map(
        ({ handle }: { handle: string }) => handle,
      );
    expect(await handles('')).toEqual(['linen-shirt', 'tasse-größe-l', 'winter-coat']);
    expect(await handles('vendor=Northfold&status=active')).toEqual(['linen-shirt']);
    expect(await handles('tag=wool')).toEqual(['winter-coat']);
    const found = await api.get(`${shop}/products?q=${encodeURIComponent('größe')}`);
    expect(found.body.data).toMatchObject([{ handle: 'tasse-größe-l', priceMin: 1200, currency: 'EUR' }]);
    const shirt = (await api.get(`${shop}/products/by-handle/linen-shirt`)).body;
    expect(shirt).toMatchObject({ priceMin: 5990, priceMax: 6490, tags: ['linen', 'summer'] });

    // the sitemap is made, and crawlers find it without credentials
    const started = await api.post(`${shop}/sitemaps`);
    expect(started.body.estimatedTime).toBeGreaterThan(0);
    const { result } = await api.job(started.body.jobId);
    expect(result).toMatchObject({ products: 2, urls: 6, images: 4, files: 1 });
    const url = test.baseUrl + new URL(result.location).pathname;
    const { body, headers } = await rawGet(url, { 'accept-encoding': 'gzip' });
    const xml = gunzipSync(body).toString();
    await assertValidSitemap(xml);
    expect(new Set(texts(xml, 'loc'))).toEqual(
      new Set(
        ['', '/en'].flatMap((language) => [
          `https://journey.example.com${language || '/'}`,
          `https://journey.example.com${language}/products/linen-shirt`,
          `https://journey.example.com${language}/products/tasse-gr%C3%B6%C3%9Fe-l`,
        ]),
      ),
    );
    const page = urlsOf(xml).find(({ loc }) => loc === 'https://journey.example.com/products/linen-shirt');
    expect(page).toEqual({
      loc: 'https://journey.example.com/products/linen-shirt',
      lastmod: shirt.updatedAt.replace(/\.\d+Z$/, 'Z'),
      images: ['https://cdn.example.com/shirt.jpg?a=1&b=2', 'https://cdn.example.com/shirt-back.jpg'],
      alternates: {
        de: 'https://journey.example.com/products/linen-shirt',
        en: 'https://journey.example.com/en/products/linen-shirt',
        'x-default': 'https://journey.example.com/products/linen-shirt',
      },
    });

    // the coat goes on sale: the next version has it, and crawlers learn of the change
    const coat = (await api.get(`${shop}/products/by-handle/winter-coat`)).body;
    expect((await api.patch(`${shop}/products/${coat.id}`, { status: 'active' })).status).toBe(200);
    await api.job((await api.post(`${shop}/sitemaps`)).body.jobId);
    const next = await rawGet(url, { 'if-none-match': headers.etag ?? '', 'accept-encoding': 'gzip' });
    expect(next.status).toBe(200);
    expect(gunzipSync(next.body).toString()).toContain('/products/winter-coat<');
    expect(
      (await rawGet(url, { 'if-none-match': next.headers.etag ?? '', 'accept-encoding': 'gzip' })).status,
    ).toBe(304);
  });
});
