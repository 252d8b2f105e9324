import { startTestApp, type TestApp } from '../support/app.js';
import { contentOf, csvOf, exportCsv, fixture, importCsv, wholeCatalogue } from '../support/csv-catalogue.js';

describe('export and import', () => {
  let test: TestApp;
  beforeAll(async () => {
    test = await startTestApp();
  });
  afterAll(() => test.close());

  it('gives a file that imports to the same catalogue and exports to the same bytes', async () => {
    const [first, fresh] = [await test.newShop(), await test.newShop()];
    for (const name of ['old-columns', 'new-columns', 'bad-rows'] as const)
      await importCsv(first, await fixture(name));
    const csv = await exportCsv(first);
    expect((await importCsv(first, csv)).result).toMatchObject({
      created: 0,
      updated: 0,
      unchanged: 10,
      failed: 0,
    });
    expect((await importCsv(fresh, csv)).result).toMatchObject({ created: 10, updated: 0, failed: 0 });
    expect(await exportCsv(fresh)).toBe(csv);
    expect((await wholeCatalogue(fresh)).map(contentOf)).toEqual(
      (await wholeCatalogue(first)).map(contentOf),
    );
  });

  it('gives back what the API wrote as well', async () => {
    const [first, fresh] = [await test.newShop({ currency: 'KWD' }), await test.newShop({ currency: 'KWD' })];
    const created = await first.api.post(`/api/shops/${first.shop}/products`, {
      title: 'Robe, "long"',
      descriptionHtml: '<p>a\r\nb</p>',
      tags: ['x y', 'Z'],
      options: [{ name: 'Size' }, { name: 'Colour' }],
      variants: [
        {
          optionValues: ['S', 'red'],
          price: 1,
          compareAtPrice: 2,
          grams: 28,
          weightUnit: 'oz',
          imageSrc: 'https://cdn.example.com/2.jpg',
        },
        {
          optionValues: ['S', 'blue'],
          price: 1001,
          inventoryQuantity: -4,
          inventoryPolicy: 'continue',
          taxable: false,
        },
      ],
      images: [
        { src: 'https://cdn.example.com/1.jpg', altText: 'one' },
        { src: 'https://cdn.example.com/2.jpg' },
      ],
      seo: { title: 'T', description: 'D' },
      extra: [{ column: 'Google Shopping / Condition', value: 'new' }],
    });
    expect(created.status).toBe(201);
    const csv = await exportCsv(first);
    expect((await importCsv(fresh, csv)).result).toMatchObject({ created: 1, failed: 0 });
    expect(await exportCsv(fresh)).toBe(csv);
    expect((await wholeCatalogue(fresh)).map(contentOf)).toEqual(
      (await wholeCatalogue(first)).map(contentOf),
    );
  });

  it('gives columns back that the catalogue does not model, each value at its row', async () => {
    const own = await test.newShop();
    const extras = {
      'Color (product.metafields.shopify.color-pattern)': 'green; gold',
      'Google Shopping / Age group': 'Adult',
      'Unit Price Total Measure': '250',
      'Price / International': '64.90',
      'Cost per item': '3.10',
    };
    const blank = Object.fromEntries(Object.keys(extras).map((column) => [column, '']));
    await importCsv(
      own,
      csvOf([
        {
          Handle: 'a',
          Title: 'A',
          'Option1 Name': 'Size',
          'Option1 Value': 'S',
          'Variant Price': '7.50',
          ...extras,
        },
        {
          Handle: 'a',
          Title: '',
          'Option1 Name': '',
          'Option1 Value': 'M',
          'Variant Price': '8.00',
          ...blank,
          'Cost per item': '4.20',
        },
      ]),
    );
    const [header = '', first = '', second = ''] = (await exportCsv(own))
      .split('\n')
      .map((line) => line.split(','));
    const cell = (line: string | string[], column: string) => line[header.indexOf(column)];
    for (const [column, value] of Object.entries(extras))
      expect([column, cell(first, column)]).toEqual([column, value]);
    expect(cell(second, 'Cost per item')).toBe('4.20');
    expect(cell(second, 'Google Shopping / Age group')).toBe('');
  });

  it('exports a header alone for an empty shop, as a file to download', async () => {
    const { shop, api } = await test.newShop();
    const { status, headers, text } = await api.get(`/api/shops/${shop}/products/export.csv`);
    expect(status).toBe(200);
    expect(text).toMatch(/^Handle,Title,Body \(HTML\),.*\n$/);
    expect(headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(headers.get('content-disposition')).toBe(
      `attachment; filename="${shop.split('.')[0]}-products.csv"`,
    );
    expect(headers.get('cache-control')).toBe('no-store');
  });

  it('streams an export of many products, each once, in the order of their handles', async () => {
    const own = await test.newShop();
    const handles = Array.from({ length: 1_234 }, (_, i) => `p-${String(i).padStart(5, '0')}`);
    await importCsv(
      own,
      csvOf(handles.map((handle) => ({ Handle: handle, Title: handle, 'Variant Price': '1' })).reverse()),
    );
    const lines = (await exportCsv(own)).trimEnd().split('\n').slice(1);
    expect(lines.map((line) => line.split(',', 1)[0])).toEqual(handles);
  });
});
