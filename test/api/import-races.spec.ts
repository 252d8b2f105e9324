import { startTestApp, type TestApp, type TestShop } from '../support/app.js';
import { csvOf, handlesOf, importCsv, simpleCsv, wholeCatalogue } from '../support/csv-catalogue.js';

describe('imports that race', () => {
  let test: TestApp;
  let second: TestApp;
  beforeAll(async () => {
    test = await startTestApp();
    second = await startTestApp(test.env);
    for (const products of [50, 250]) {
      const { status } = await test.admin.post('/api/plans', {
        plan: `limit-${products}`,
        name: `${products} products`,
        price: 0,
        currency: 'EUR',
        trialDays: 0,
        limits: { products, optimizationsPerMonth: null, requestsPerMinute: 1_000 },
      });
      expect(status).toBe(201);
    }
  });
  afterAll(async () => {
    await second.close();
    await test.close();
  });

  /** The same shop, met through the second instance. */
  const elsewhere = (own: TestShop): TestShop => ({ ...own, api: second.anonymous.as(own.apiKey) });

  it.each([
    ['overlap', 50, handlesOf('p', 1, 40), handlesOf('p', 21, 40)],
    ['are the same', 50, handlesOf('p', 1, 60), handlesOf('p', 1, 60)],
    ['run against each other', 50, handlesOf('p', 1, 60), handlesOf('p', 1, 60).reverse()],
    ['have nothing in common', 50, handlesOf('a', 1, 45), handlesOf('b', 1, 45)],
    ['have many batches', 250, handlesOf('p', 1, 450), handlesOf('p', 101, 450)],
  ])(
    'of two files that %s land exactly the %i products that the plan allows',
    async (_, limit, first, other) => {
      for (let round = 0; round < 5; round++) {
        const own = await test.newShop({ plan: `limit-${limit}` });
        const jobs = await Promise.all([
          importCsv(own, simpleCsv(first)),
          importCsv(elsewhere(own), simpleCsv(other)),
        ]);
        const landed = new Set((await wholeCatalogue(own)).map(({ handle }) => handle as string));
        expect(landed.size).toBe(limit);
        expect(await counter(own)).toBe(limit);
        expect(jobs[0].result.created + jobs[1].result.created).toBe(limit);
        for (const [i, handles] of [first, other].entries()) {
          const { result } = jobs[i]!;
          const { errors } = result;
          expect(errors.filter(({ code }) => code !== 'product_limit_reached')).toEqual([]);
          // each product of a file stands in the catalogue or is reported, never both
          expect(errors.map(({ handle }) => handle).sort()).toEqual(
            handles.filter((one) => !landed.has(one)).sort(),
          );
          expect(result.created + result.updated + result.unchanged + result.failed).toBe(handles.length);
        }
      }
    },
  );

  it('lose no change that is made meanwhile', async () => {
    const own = await test.newShop();
    const handles = handlesOf('p', 1, 300);
    await importCsv(own, simpleCsv(handles));
    const before = await wholeCatalogue(own);
    const prices = csvOf(handles.map((handle) => ({ Handle: handle, 'Variant Price': '9.99' })));
    const vendors = csvOf(handles.map((handle) => ({ Handle: handle, Vendor: 'Northfold' })));
    const [priced, sold, ...patched] = await Promise.all([
      importCsv(own, prices),
      importCsv(elsewhere(own), vendors),
      ...before.map(({ id }, i) =>
        (i % 2 ? test : second).anonymous
          .as(own.apiKey)
          .patch(`/api/shops/${own.shop}/products/${id}`, { productType: `type ${i}` }),
      ),
    ]);
    expect(priced.result).toMatchObject({ created: 0, updated: 300, unchanged: 0, failed: 0 });
    expect(sold.result).toMatchObject({ created: 0, updated: 300, unchanged: 0, failed: 0 });
    expect(patched.map(({ status }) => status)).toEqual(handles.map(() => 200));
    for (const [i, product] of (await wholeCatalogue(own)).entries()) {
      expect(product).toMatchObject({
        priceMin: 999,
        vendor: 'Northfold',
        productType: `type ${i}`,
        version: 4,
      });
    }
  });

  async function counter({ shop, api }: TestShop): Promise<number> {
    return (await api.get(`/api/shops/${shop}/subscription`)).body.usage.products;
  }
});
