import { createReadStream, readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { currencyExponent } from '../../../../kernel/money.js';
import { INVENTORY_POLICIES, PRODUCT_STATUSES, type ProductDraft, WEIGHT_UNITS } from '../../product.js';
import { parsePolicy } from './cells.js';
import { COLUMNS, fieldOf } from './columns.js';
import { completeDraft, sameDraft } from './merge.js';
import { readProducts } from './reader.js';
import { csvHeader, csvWriter, extraColumns } from './writer.js';

const fixture = (name: string) => new URL(`../../../../../test/fixtures/csv/${name}`, import.meta.url);

async function drafts(source: Readable, currency: string): Promise<ProductDraft[]> {
  const found: ProductDraft[] = [];
  for await (const event of readProducts(source, { currency })) {
    if (event.kind === 'error') throw new Error(`line ${event.line}: ${event.code} ${event.message}`);
    found.push(completeDraft(event.product));
  }
  return found;
}

async function write(products: ProductDraft[], currency: string): Promise<Buffer> {
  const writer = Readable.from(products).pipe(csvWriter(currency, csvHeader(products.flatMap(extraColumns))));
  return Buffer.concat(await writer.map((chunk: Buffer | string) => Buffer.from(chunk)).toArray());
}

const tricky = fc.constantFrom(
  '=1+1',
  '+x',
  '-x',
  '@x',
  '"',
  '""',
  ',',
  '\n',
  '\r\n',
  '\r',
  ' ',
  '😀',
  'مرحبا',
  "'",
  '\u200f',
  ';',
  '\t',
);
const text = fc
  .array(fc.oneof(tricky, fc.string({ unit: 'grapheme', maxLength: 8 })), { maxLength: 6 })
  .map((parts) => parts.join('').replaceAll('\0', '').slice(0, 200).toWellFormed());
const filled = text.map((value) => (value.trim() === '' ? `x${value}` : value));
const tag = fc.string({ unit: 'grapheme', maxLength: 12 }).map((value) => value.replace(/[,\0]/g, '').trim());
const tags = fc
  .uniqueArray(tag, { selector: (one) => one.toLowerCase(), maxLength: 4 })
  .map((all) => all.filter(Boolean));
const extra = (columns: string[]) =>
  fc
    .uniqueArray(fc.tuple(fc.constantFrom(...columns), filled), {
      selector: ([column]) => column,
      maxLength: columns.length,
    })
    .map((all) => all.map(([column, value]) => ({ column, value })));
const PRODUCT_EXTRAS = [
  'Google Shopping / MPN',
  'Care (product.metafields.custom.care)',
  'Included / Primary',
  'Whatever',
];
const VARIANT_EXTRAS = ['Cost per item', 'Unit Price Base Measure', 'Price / International'];

const variant = (sources: string[]) =>
  fc.record({
    sku: text,
    barcode: text,
    price: fc.maxSafeNat(),
    compareAtPrice: fc.option(fc.maxSafeNat()),
    inventoryTracker: fc.constantFrom('', 'shopify'),
    inventoryQuantity: fc.integer({ min: -1e9, max: 1e9 }),
    inventoryPolicy: fc.constantFrom(...INVENTORY_POLICIES),
    fulfillmentService: fc.constantFrom('manual', 'amazon'),
    grams: fc.oneof(
      fc.nat(1e6),
      fc.nat(1e6).map((n) => n / 100),
    ),
    weightUnit: fc.constantFrom(...WEIGHT_UNITS),
    requiresShipping: fc.boolean(),
    taxable: fc.boolean(),
    taxCode: text,
    imageSrc: fc.constantFrom(null, ...sources),
  });

const product = (index: number): fc.Arbitrary<ProductDraft> =>
  fc.tuple(fc.nat(3), fc.nat(4), fc.boolean()).chain(([optionCount, imageCount, linked]) => {
    const sources = Array.from({ length: imageCount }, (_, i) => `https://x.test/${index}/${i}.jpg?a=1,2`);
    const names = fc.uniqueArray(filled, {
      minLength: optionCount,
      maxLength: optionCount,
      selector: (one) => one.toLowerCase(),
    });
    const values = fc.uniqueArray(fc.array(filled, { minLength: optionCount, maxLength: optionCount }), {
      minLength: 1,
      maxLength: optionCount === 0 ? 1 : 5,
      selector: (one) => JSON.stringify(one),
    });
    const options = names.map((all) =>
      all.length === 0
        ? [{ name: 'Title' }]
        : all.map((name) => (linked ? { name, linkedTo: 'product.metafields.a.b' } : { name })),
    );
    const variants = values.chain((all) =>
      fc.tuple(
        ...all.map((optionValues, at) =>
          fc
            .tuple(
              variant(sources),
              extra(at === 0 ? VARIANT_EXTRAS : [...VARIANT_EXTRAS, ...PRODUCT_EXTRAS, 'Vendor']),
            )
            .map(([fields, extras]) => ({
              ...fields,
              optionValues: optionCount === 0 ? ['Default Title'] : optionValues,
              extra: extras,
            })),
        ),
      ),
    );
    const images = fc.tuple(
      ...sources.map((src) =>
        fc
          .tuple(text, extra([...PRODUCT_EXTRAS, ...VARIANT_EXTRAS]))
          .map(([altText, extras]) =>
            extras.length === 0 ? { src, altText } : { src, altText, extra: extras },
          ),
      ),
    );
    return fc.record({
      handle: fc.constantFrom('a', 'größe', '이지부', 'x_y').map((word) => `${word}-${index}`),
      title: filled,
      descriptionHtml: text,
      vendor: fc.constantFrom('', 'Northfold'),
      productType: text,
      productCategory: text,
      tags,
      status: fc.constantFrom(...PRODUCT_STATUSES),
      published: fc.boolean(),
      giftCard: fc.boolean(),
      options,
      variants,
      images,
      seo: fc.record({ title: text, description: text }),
      extra: extra(PRODUCT_EXTRAS),
    });
  });

describe('CSV round trip', () => {
  it('gives back any catalogue it writes', async () => {
    const catalogue = fc
      .integer({ min: 0, max: 3 })
      .chain((n) => fc.tuple(...Array.from({ length: n }, (_, i) => product(i))));
    await fc.assert(
      fc.asyncProperty(catalogue, fc.constantFrom('EUR', 'JPY', 'KWD'), async (products, currency) => {
        expect(currencyExponent(currency)).toBeGreaterThanOrEqual(0);
        const read = await drafts(Readable.from([await write(products, currency)]), currency);
        expect(read).toHaveLength(products.length);
        read.forEach((draft, at) => {
          if (!sameDraft(draft, products[at]!)) expect(draft).toEqual(products[at]);
        });
      }),
      { numRuns: 300 },
    );
  });

  it.each(['old-columns.csv', 'new-columns.csv'])(
    'gives back %s: same catalogue, every cell',
    async (name) => {
      const first = await drafts(createReadStream(fixture(name)), 'EUR');
      const bytes = await write(first, 'EUR');
      expect(await drafts(Readable.from([bytes]), 'EUR')).toEqual(first);
      const [header = [], ...rows] = parse(readFileSync(fixture(name)), { bom: true });
      const [, ...written] = parse(bytes);
      const columns = csvHeader(first.flatMap(extraColumns)).columns;
      const handleAt = header.findIndex((column) => fieldOf(column) === 'handle');
      const cellsOf = (all: string[][], at: number, handle: string) =>
        all.filter((row) => row[at] === handle);
      for (const row of rows) {
        const given = cellsOf(written, 0, row[handleAt]!);
        row.forEach((cell, at) => {
          const field = fieldOf(header[at]!);
          const isPolicy = field === 'inventoryPolicy';
          const column = columns.indexOf(field === undefined ? header[at]! : COLUMNS[field].name);
          const back = given.map((cells) => normal(cells[column]!, isPolicy && cells[column] !== ''));
          if (cell !== '' && field !== 'imagePosition' && field !== 'tags')
            expect(back).toContain(normal(cell, isPolicy));
        });
      }
    },
  );

  it('writes a header for an empty catalogue, and reads it', async () => {
    const bytes = await write([], 'EUR');
    expect(bytes.toString()).toMatch(/^Handle,Title,Body \(HTML\),.*,Status\n$/);
    expect(await drafts(Readable.from([bytes]), 'EUR')).toEqual([]);
  });

  it('names each extra column once, whatever its case', () => {
    const { columns } = csvHeader(['Cost per item', 'COST PER ITEM', 'Title', 'URL handle', 'A', ' a ']);
    expect(columns.slice(-3)).toEqual(['Status', 'Cost per item', 'A']);
  });
});

/** Equal amounts and words: 75 and 75.00, TRUE and true; FALSE is deny where a policy is meant. */
const normal = (cell: string, isPolicy: boolean): string => {
  if (isPolicy) return JSON.stringify(parsePolicy(cell));
  return /^\d+(\.\d+)?$/.test(cell) ? String(Number(cell)) : cell.toLowerCase();
};
