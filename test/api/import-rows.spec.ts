import { startTestApp, type TestApp, type TestShop } from '../support/app.js';
import { csvOf, exportCsv, fixture, importCsv, wholeCatalogue } from '../support/csv-catalogue.js';

describe('rows of an imported CSV', () => {
  let test: TestApp;
  beforeAll(async () => {
    test = await startTestApp();
  });
  afterAll(() => test.close());

  const product = async ({ shop, api }: TestShop, handle: string) =>
    (await api.get(`/api/shops/${shop}/products/by-handle/${encodeURIComponent(handle)}`)).body;

  it.each([
    ['EUR', '19.99', 1999, '19.99'],
    ['JPY', '1980', 1980, '1980'],
    ['KWD', '4.125', 4125, '4.125'],
    ['EUR', '90071992547409.91', 9007199254740991, '90071992547409.91'],
  ])('keeps prices of a shop in %s exact: %s', async (currency, price, minor, exported) => {
    const own = await test.newShop({ currency });
    const job = await importCsv(own, csvOf([{ Handle: 'a', Title: 'A', 'Variant Price': price }]));
    expect(job.result).toMatchObject({ created: 1, failed: 0 });
    expect(await product(own, 'a')).toMatchObject({
      currency,
      priceMin: minor,
      variants: [{ price: minor }],
    });
    expect((await exportCsv(own)).split('\n')[1]?.split(',')).toContain(exported);
  });

  it.each([
    ['EUR', '19.999'],
    ['JPY', '19.5'],
    ['KWD', '1.2345'],
    ['EUR', '1,000.00'],
    ['EUR', '-1'],
  ])('refuses a price that a shop in %s cannot hold: %s', async (currency, price) => {
    const own = await test.newShop({ currency });
    const job = await importCsv(own, csvOf([{ Handle: 'a', Title: 'A', 'Variant Price': price }]));
    expect(job.result).toMatchObject({
      created: 0,
      failed: 1,
      errors: [{ line: 2, handle: 'a', column: 'Variant Price', code: 'invalid_price' }],
    });
  });

  it('reports bad rows by line and reason while the good ones land', async () => {
    const own = await test.newShop();
    const { state, result } = await importCsv(own, await fixture('bad-rows'));
    expect(state).toBe('completed');
    expect(result).toMatchObject({ created: 5, updated: 0, unchanged: 0 });
    expect(result.failed).toBe(result.errors.length);
    for (const error of result.errors) expect(error.message).toMatch(/./);
    expect(result.errors.map(({ line, handle, code }) => [line, handle, code])).toEqual([
      [3, 'bad-price', 'invalid_price'],
      [4, 'bad-price', 'invalid_price'],
      [4, 'bad-price', 'invalid_number'],
      [4, 'bad-price', 'unknown_inventory_policy'],
      [7, 'short-row', 'column_count'],
      [9, 'broken-quote', 'broken_quoting'],
      [12, 'no-title', 'missing_title'],
      [14, 'twins', 'duplicate_variant'],
      [16, 'no-value', 'missing_option_value'],
      [17, 'bad-image', 'invalid_image_position'],
      [17, 'bad-image', 'invalid_image_url'],
      [18, 'bad-status', 'unknown_status'],
      [19, 'good-one', 'handle_not_contiguous'],
      [21, undefined, 'missing_handle'],
    ]);
    const landed = (await wholeCatalogue(own)).map(({ handle }) => handle);
    expect(landed).toEqual(['good-five', 'good-four', 'good-one', 'good-three', 'good-two']);
  });

  it('tells the first thousand bad rows and counts them all', async () => {
    const own = await test.newShop();
    const rows = Array.from({ length: 1_200 }, (_, i) => ({
      Handle: `p-${i}`,
      Title: 'P',
      'Variant Price': 'free',
    }));
    const { result } = await importCsv(
      own,
      csvOf([...rows, { Handle: 'good', Title: 'Good', 'Variant Price': '1' }]),
    );
    expect(result).toMatchObject({ created: 1, failed: 1_200 });
    expect(result.errors).toHaveLength(1_000);
    expect(result.errors[999]).toMatchObject({ line: 1_001 });
  });
});
