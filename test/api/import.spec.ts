import { startTestApp, type TestApp, type TestShop } from '../support/app.js';
import { contentOf, csvOf, fixture, importCsv, simpleCsv, wholeCatalogue } from '../support/csv-catalogue.js';
import type { Answer } from '../support/client.js';
import { expectProblem } from '../support/problem.js';
import { nothingStored } from '../support/stored-files.js';

describe('importing products from CSV', () => {
  let test: TestApp;
  beforeAll(async () => {
    test = await startTestApp();
  });
  afterEach(() => nothingStored(test.db));
  afterAll(() => test.close());

  const product = async ({ shop, api }: TestShop, handle: string) =>
    (await api.get(`/api/shops/${shop}/products/by-handle/${encodeURIComponent(handle)}`)).body;

  it('answers 202 with the job, and the job tells what landed', async () => {
    const own = await test.newShop();
    const answer = await own.api.upload(
      `/api/shops/${own.shop}/products/import`,
      await fixture('old-columns'),
    );
    expect(answer.status).toBe(202);
    expect(answer.headers.get('location')).toBe(`/api/jobs/${answer.body.jobId}`);
    const job = await own.api.job(answer.body.jobId);
    expect(job).toMatchObject({
      name: 'product.import',
      shop: own.shop,
      state: 'completed',
      result: { created: 3, updated: 0, unchanged: 0, failed: 0, errors: [] },
      error: null,
    });
    expect(job.progress).toMatchObject({ percent: 100, unit: 'bytes' });
    expect(job.progress.done).toBe(job.progress.total);
  });

  it('reads the older column set, sent as a bare text/csv body', async () => {
    const own = await test.newShop();
    const { status, body } = await own.api.call('POST', `/api/shops/${own.shop}/products/import`, {
      body: await fixture('old-columns'),
      headers: { 'content-type': 'text/csv; charset=utf-8' },
    });
    expect(status).toBe(202);
    expect((await own.api.job(body.jobId)).result).toMatchObject({ created: 3, failed: 0 });

    const shirt = await product(own, 'harbour-shirt');
    expect(shirt).toMatchObject({
      title: 'Harbour Shirt',
      descriptionHtml: '<p>Soft "washed" linen,\ncut wide.</p>\n',
      tags: ['linen', 'Summer'],
      options: [{ name: 'Size' }, { name: 'Color', linkedTo: 'product.metafields.shopify.color-pattern' }],
      seo: { title: 'Harbour Shirt', description: 'Linen shirt' },
      priceMin: 5990,
      inventoryTotal: 2,
      extra: expect.arrayContaining([
        { column: 'Google Shopping / Gender', value: 'unisex' },
        { column: 'Care (product.metafields.custom.care)', value: '30 °C' },
      ]),
    });
    expect(
      shirt.variants.map((variant: Answer['body']) => [
        variant.sku,
        variant.optionValues,
        variant.price,
        variant.inventoryQuantity,
      ]),
    ).toEqual([
      ['HS-S', ['S', 'Écru'], 5990, 4],
      ['HS-M', ['M', 'Écru'], 5990, -2],
    ]);
    expect(shirt.variants[0].extra).toEqual(
      expect.arrayContaining([
        { column: 'Cost per item', value: '21.50' },
        { column: 'Price / International', value: '64.90' },
      ]),
    );
    expect(shirt.images.map(({ src }: { src: string }) => src.split('/').pop())).toEqual([
      'harbour-1.jpg',
      'harbour-3.jpg',
      'harbour-2.jpg',
      'harbour-back.jpg',
    ]);
    expect(await product(own, 'kaffeetasse-größe')).toMatchObject({
      title: 'Kaffeetasse „Größe“ ☕ قهوة',
      descriptionHtml: '=SUM(A1)',
      status: 'draft',
      published: false,
      variants: [{ price: 900, grams: 340.5, imageSrc: null }],
    });
  });

  it('reads the newer column set, with byte order mark and quoted newlines', async () => {
    const own = await test.newShop();
    expect((await importCsv(own, await fixture('new-columns'))).result).toMatchObject({
      created: 2,
      failed: 0,
    });
    const oil = await product(own, 'olive-oil');
    expect(oil).toMatchObject({
      descriptionHtml: 'Cold pressed.\r\nFrom Crete.',
      productCategory: 'Food, Beverages & Tobacco',
      variants: [
        {
          sku: 'OO-250',
          barcode: '0012345678905',
          optionValues: ['250 ml'],
          price: 750,
          inventoryPolicy: 'deny',
        },
        {
          sku: 'OO-750',
          optionValues: ['750 ml'],
          price: 1800,
          compareAtPrice: 2100,
          inventoryPolicy: 'continue',
        },
      ],
      images: [{ src: 'https://cdn.example.com/fixtures/oil.jpg', altText: 'Olive oil' }, { altText: '' }],
    });
    expect(await product(own, 'salt')).toMatchObject({ status: 'draft', priceMin: 320 });
  });

  it('reads Windows line ends and Unicode to the same catalogue', async () => {
    const [unix, windows] = [await test.newShop(), await test.newShop()];
    const rows = [
      { Handle: 'sjø', Title: 'Sjøstjerne 海星 🐚', 'Body (HTML)': 'one\ntwo', 'Variant Price': '1' },
      { Handle: 'emoji', Title: '👩‍👩‍👧 ﷽', 'Body (HTML)': '"quoted", yes', 'Variant Price': '2' },
    ];
    const text = csvOf(rows);
    // line ends between the rows only: one inside quotes is content
    const crlf = text.replace(/\n(?!two)/g, '\r\n');
    expect(crlf).not.toBe(text);
    for (const [own, csv] of [
      [unix, text],
      [windows, crlf],
    ] as const) {
      expect((await importCsv(own, csv)).result).toMatchObject({ created: 2, failed: 0 });
    }
    expect((await wholeCatalogue(windows)).map(contentOf)).toEqual(
      (await wholeCatalogue(unix)).map(contentOf),
    );
    expect(await product(windows, 'sjø')).toMatchObject({
      title: 'Sjøstjerne 海星 🐚',
      descriptionHtml: 'one\ntwo',
    });
  });

  it('changes nothing when the same file comes again', async () => {
    const own = await test.newShop();
    for (const name of ['old-columns', 'new-columns', 'bad-rows'] as const)
      await importCsv(own, await fixture(name));
    const before = await wholeCatalogue(own);
    const tags = await etags(own, before);
    for (const [name, unchanged] of [
      ['old-columns', 3],
      ['new-columns', 2],
      ['bad-rows', 5],
    ] as const) {
      expect((await importCsv(own, await fixture(name))).result).toMatchObject({
        created: 0,
        updated: 0,
        unchanged,
      });
    }
    expect(await wholeCatalogue(own)).toEqual(before);
    expect(await etags(own, before)).toEqual(tags);
  });

  it('updates what a file changes and leaves the rest alone', async () => {
    const own = await test.newShop();
    await importCsv(own, simpleCsv(['a', 'b', 'c']));
    const before = await wholeCatalogue(own);
    const changed = csvOf([
      { Handle: 'a', Title: 'a', 'Variant Price': '1.00' },
      { Handle: 'b', Title: 'b', 'Variant Price': '2.50' },
      { Handle: 'd', Title: 'd', 'Variant Price': '4.00' },
    ]);
    expect((await importCsv(own, changed)).result).toMatchObject({
      created: 1,
      updated: 1,
      unchanged: 1,
      failed: 0,
    });
    const [a, b, c, d] = await wholeCatalogue(own);
    expect([a, c]).toEqual([before[0], before[2]]);
    expect(b).toMatchObject({ id: before[1].id, version: 2, createdAt: before[1].createdAt, priceMin: 250 });
    expect(Date.parse(b.updatedAt)).toBeGreaterThan(Date.parse(before[1].updatedAt));
    expect(b.variants[0].id).toBe(before[1].variants[0].id);
    expect(d).toMatchObject({ handle: 'd', version: 1 });
  });

  it("is refused for another tenant's shop, an unknown one, and without the scope", async () => {
    const [own, other] = [await test.newShop(), await test.newShop()];
    const csv = simpleCsv(['a']);
    expectProblem(
      await own.api.upload(`/api/shops/${other.shop}/products/import`, csv),
      403,
      'shop_forbidden',
    );
    expectProblem(
      await own.api.upload('/api/shops/nobody.myshopify.com/products/import', csv),
      403,
      'shop_forbidden',
    );
    expectProblem(
      await test.admin.upload('/api/shops/nobody.myshopify.com/products/import', csv),
      404,
      'shop_not_found',
    );
    expectProblem(
      await test.anonymous.upload(`/api/shops/${own.shop}/products/import`, csv),
      401,
      'unauthenticated',
    );
    const { body } = await own.api.post(`/api/shops/${own.shop}/api-keys`, {
      name: 'reader',
      scopes: ['products:read'],
    });
    const reader = own.api.as(body.secret);
    expectProblem(
      await reader.upload(`/api/shops/${own.shop}/products/import`, csv),
      403,
      'insufficient_scope',
    );
    for (const shop of [own, other]) expect(await wholeCatalogue(shop)).toEqual([]);
  });

  async function etags({ shop, api }: TestShop, products: { id: string }[]): Promise<(string | null)[]> {
    return Promise.all(
      products.map(async ({ id }) =>
        (await api.get(`/api/shops/${shop}/products/${id}`)).headers.get('etag'),
      ),
    );
  }
});
