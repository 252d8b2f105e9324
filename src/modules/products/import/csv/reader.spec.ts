import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import type { CsvProduct, CsvRead } from './csv-product.js';
import type { CsvError } from '../../../../platform/csv/csv-error.js';
import { readProducts, type ReadProgress } from './reader.js';

type Failure = Extract<CsvRead, { kind: 'error' }>;
const fixture = (name: string) =>
  createReadStream(new URL(`../../../../../test/fixtures/csv/${name}`, import.meta.url));

async function read(source: string | Readable, chunkSize = 65_536) {
  const bytes = typeof source === 'string' ? Buffer.from(source) : Buffer.concat(await source.toArray());
  const chunks = Array.from({ length: Math.ceil(bytes.length / chunkSize) }, (_, i) =>
    bytes.subarray(i * chunkSize, (i + 1) * chunkSize),
  );
  const products: CsvProduct[] = [];
  const lines: number[] = [];
  const errors: Failure[] = [];
  for await (const event of readProducts(Readable.from(chunks), { currency: 'EUR' })) {
    if (event.kind === 'error') errors.push(event);
    else {
      products.push(event.product);
      lines.push(event.line);
    }
  }
  return { products, lines, errors, codes: errors.map(({ line, code }) => [line, code]) };
}

const failure = async (text: string) => {
  try {
    await read(text);
  } catch (error) {
    const { code, message, line } = error as CsvError;
    return { code, message, line };
  }
  throw new Error('was read');
};

describe('readProducts', () => {
  it('reads the old column set', async () => {
    const { products, lines, errors } = await read(fixture('old-columns.csv'));
    expect(errors).toEqual([]);
    expect(lines).toEqual([2, 7, 8]);
    const [shirt, mug, card] = products;
    expect(shirt).toMatchObject({
      handle: 'harbour-shirt',
      descriptionHtml: '<p>Soft "washed" linen,\ncut wide.</p>\n',
      tags: ['linen', 'Summer'],
      status: 'active',
      options: [
        { name: 'Size', linkedTo: '' },
        { name: 'Color', linkedTo: 'product.metafields.shopify.color-pattern' },
      ],
    });
    expect(shirt?.variants).toMatchObject([
      { optionValues: ['S', 'Écru'], price: 5990, compareAtPrice: 7500, inventoryQuantity: 4 },
      {
        optionValues: ['M', 'Écru'],
        inventoryQuantity: -2,
        imageSrc: 'https://cdn.example.com/fixtures/harbour-back.jpg',
      },
    ]);
    expect(shirt?.images?.map(({ src }) => src.slice(33))).toEqual([
      'harbour-1.jpg',
      'harbour-3.jpg',
      'harbour-2.jpg',
      'harbour-back.jpg',
    ]);
    expect(mug).toMatchObject({
      handle: 'kaffeetasse-größe',
      title: 'Kaffeetasse „Größe“ ☕ قهوة',
      published: false,
    });
    expect(mug?.variants?.[0]).toMatchObject({ price: 900, compareAtPrice: null, grams: 340.5 });
    expect(card).toMatchObject({ giftCard: true, status: 'archived' });
  });

  it('reads the new column set with byte order mark and CRLF', async () => {
    const { products, lines, errors } = await read(fixture('new-columns.csv'));
    expect(errors).toEqual([]);
    expect(lines).toEqual([2, 6]);
    expect(products[0]).toMatchObject({
      handle: 'olive-oil',
      status: 'active',
      descriptionHtml: 'Cold pressed.\r\nFrom Crete.',
    });
    expect(products[0]?.variants).toMatchObject([
      { inventoryPolicy: 'deny', barcode: '0012345678905', grams: 420, weightUnit: 'g' },
      { inventoryPolicy: 'continue', price: 1800, compareAtPrice: 2100 },
    ]);
    expect(products[1]?.status).toBe('draft');
  });

  it('keeps what the catalogue does not model where it stood', async () => {
    const { products } = await read(fixture('old-columns.csv'));
    const [shirt, , card] = products;
    expect(shirt?.extra.map((extra) => extra.column)).toEqual([
      'Google Shopping / Gender',
      'Google Shopping / MPN',
      'Care (product.metafields.custom.care)',
    ]);
    expect(
      shirt?.variants?.map((variant) => variant.extra.map(({ column, value }) => `${column}: ${value}`)),
    ).toEqual([
      ['Cost per item: 21.50', 'Price / International: 64.90'],
      ['Google Shopping / MPN: MPN-2', 'Cost per item: 21.50'],
    ]);
    expect(shirt?.images?.[1]?.extra).toEqual([
      { column: 'Care (product.metafields.custom.care)', value: 'note on the image' },
    ]);
    expect(card?.variants?.[1]?.extra).toEqual([{ column: 'Title', value: 'Gift card of fifty' }]);
  });

  it('reports every bad row by line, and lands the good products', async () => {
    const { products, codes } = await read(fixture('bad-rows.csv'));
    expect(products.map(({ handle }) => handle)).toEqual([
      'good-one',
      'good-two',
      'good-three',
      'good-four',
      'good-five',
    ]);
    expect(codes).toEqual([
      [3, 'invalid_price'],
      [4, 'invalid_price'],
      [4, 'invalid_number'],
      [4, 'unknown_inventory_policy'],
      [7, 'column_count'],
      [9, 'broken_quoting'],
      [12, 'missing_title'],
      [14, 'duplicate_variant'],
      [16, 'missing_option_value'],
      [17, 'invalid_image_position'],
      [17, 'invalid_image_url'],
      [18, 'unknown_status'],
      [19, 'handle_not_contiguous'],
      [21, 'missing_handle'],
    ]);
  });

  it('names column, handle and reason', async () => {
    const { errors } = await read(fixture('bad-rows.csv'));
    expect(errors[0]).toEqual({
      kind: 'error',
      line: 3,
      column: 'Variant Price',
      handle: 'bad-price',
      code: 'invalid_price',
      message: '"10.999" has more than 2 decimals for EUR',
    });
    expect(errors.find(({ code }) => code === 'handle_not_contiguous')?.message).toMatch(/line 2 already/);
  });

  it.each(['old-columns.csv', 'new-columns.csv', 'bad-rows.csv'])(
    'reads %s alike in chunks of any size',
    async (name) => {
      const whole = await read(fixture(name));
      for (const size of [1, 2, 3, 7, 64]) expect(await read(fixture(name), size)).toEqual(whole);
    },
  );

  it('tells an absent column from an empty cell', async () => {
    const { products } = await read('Handle,Title,Vendor\na,A,\n');
    expect(products[0]).toEqual({
      handle: 'a',
      title: 'A',
      vendor: '',
      seo: {},
      extra: [],
      extraKeys: new Set(),
    });
    const price = await read('Handle,Variant Price,Variant Compare At Price\na,,\n');
    expect(price.products[0]?.variants).toEqual([
      { optionValues: ['Default Title'], compareAtPrice: null, extra: [] },
    ]);
    expect(price.products[0]?.options).toBeUndefined();
  });

  it('reads old Macintosh line ends and a missing last line end', async () => {
    const { products, lines } = await read('Handle,Title\ra,A\rb,"B\rB"\rc,C');
    expect(products.map(({ title }) => title)).toEqual(['A', 'B\rB', 'C']);
    expect(lines).toEqual([2, 3, 5]);
  });

  it('loses no more than the product of a line whose quote is never closed', async () => {
    const { products, codes } = await read(
      'Handle,Title\na,A\nb,"B\nc,C\nd,"D\nd"\n'.replace('d,"D\nd"', 'd,D'),
    );
    expect(products.map(({ handle }) => handle)).toEqual(['a', 'c', 'd']);
    expect(codes).toEqual([[3, 'broken_quoting']]);
  });

  it('gives up on an open quote after one record limit, not at the end of the file', async () => {
    const rows = Array.from({ length: 60_000 }, (_, i) => `product-${i},Product number ${i}\n`).join('');
    const { products, codes } = await read(`Handle,Title\nfirst,"First\n${rows}`);
    expect(codes).toEqual([[2, 'broken_quoting']]);
    expect(products).toHaveLength(60_000);
  });

  it('takes a broken line without a handle for its own product when it has a title', async () => {
    const { products, codes } = await read('Title,URL handle,SKU\nA,a,1\n"B" x,b,2\n,b,3\nC,c,4\n');
    expect(products.map(({ handle }) => handle)).toEqual(['a', 'c']);
    expect(codes[0]).toEqual([3, 'broken_quoting']);
  });

  it('bounds variants and images', async () => {
    const header = 'Handle,Title,Option1 Name,Option1 Value,Image Src\n';
    const variants = Array.from({ length: 2_049 }, (_, i) => `a,${i ? ',' : 'A,Size'},v${i},\n`).join('');
    expect((await read(header + variants)).codes).toEqual([[2_050, 'too_many_variants']]);
    const images = Array.from(
      { length: 251 },
      (_, i) => `a,${i ? ',,' : 'A,Title,Default Title'},https://x.test/${i}.jpg\n`,
    );
    expect((await read(header + images.join(''))).codes).toEqual([[252, 'too_many_images']]);
    const endless = Array.from({ length: 5_000 }, (_, i) => `a,${i ? ',' : 'A,Size'},v${i},\n`).join('');
    expect((await read(header + endless)).codes).toEqual([[2_050, 'too_many_variants']]);
  });

  it('reads hostile long cells in linear time', async () => {
    const long = 1_000_000;
    const file = `Handle,Title,Variant Price\n${'-'.repeat(long)}x,A,1\nb,B,0.${'0'.repeat(long)}1\n`;
    expect((await read(file)).codes).toEqual([
      [2, 'invalid_handle'],
      [3, 'invalid_price'],
    ]);
  });

  it('makes handles fit for an address and groups by them', async () => {
    const { products } = await read(
      "Handle,Title\n Blue Shirt!,A\n이지부,B\nmen's_t--shirt,C\nCafé/Crème,D\n100% Wrap® (x),E\n",
    );
    expect(products.map(({ handle }) => handle)).toEqual([
      'blue-shirt',
      '이지부',
      'mens_t--shirt',
      'café-crème',
      '100-wrap®-x',
    ]);
    expect((await read(`Handle,Title\n???,A\n${'h'.repeat(256)},B\n`)).codes).toEqual([
      [2, 'invalid_handle'],
      [3, 'invalid_handle'],
    ]);
  });

  it('refuses a file that is no product CSV', async () => {
    expect(await failure('')).toMatchObject({ code: 'csv_empty' });
    expect(await failure('Title,Vendor\nA,B\n')).toMatchObject({
      code: 'csv_columns',
      message: expect.stringMatching(/Handle/),
    });
    expect(await failure('Handle;Title\na;A\n')).toMatchObject({
      message: expect.stringMatching(/semicolons/),
    });
    expect(await failure('Handle\tTitle\na\tA\n')).toMatchObject({ message: expect.stringMatching(/tabs/) });
    expect(await failure('Handle,Title,title\n')).toMatchObject({ code: 'csv_columns' });
    expect(await failure('Handle,Price,Variant Price\n')).toMatchObject({
      message: expect.stringMatching(/mean the same/),
    });
    expect(await failure('Handle,My field,my field \n')).toMatchObject({
      message: expect.stringMatching(/twice/),
    });
    expect(await failure('Handle,"Tit"le\na,b\n')).toMatchObject({ code: 'csv_malformed', line: 1 });
  });

  it('reports progress, and passes on an error of the source', async () => {
    const seen: ReadProgress[] = [];
    const options = { currency: 'EUR', onProgress: (progress: ReadProgress) => seen.push(progress) };
    for await (const _ of readProducts(Readable.from([Buffer.from('Handle,Title\na,A\nb,\n')]), options));
    expect(seen.at(-1)).toEqual({ bytes: 20, rows: 2, products: 1, errors: 1 });
    async function* broken() {
      yield Buffer.from('Handle,Title\n');
      await Promise.reject(new Error('connection lost'));
    }
    await expect(readProducts(broken(), { currency: 'EUR' }).next()).rejects.toThrow('connection lost');
  });
});
