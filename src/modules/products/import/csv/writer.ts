import { Transform } from 'node:stream';
import { stringify } from 'csv-stringify/sync';
import { formatMoney } from '../../../../kernel/money.js';
import type { ExtraColumn, ImageDraft, ProductDraft, VariantDraft } from '../../product.js';
import { headerKey } from '../../../../platform/csv/header.js';
import { COLUMNS, type Field, fieldOf, FIELDS } from './columns.js';

/** The columns of an export: Shopify's own, then the extras. */
export interface CsvHeader {
  columns: readonly string[];
  /** `headerKey` of each column to its place. */
  place: ReadonlyMap<string, number>;
}

/** Shopify's export columns (the older set, which every Shopify import takes), then the extras, each once. */
export function csvHeader(extraColumns: Iterable<string> = []): CsvHeader {
  const columns: string[] = FIELDS.map((field) => COLUMNS[field].name);
  const place = new Map(columns.map((name, at) => [headerKey(name), at]));
  for (const name of extraColumns) {
    if (fieldOf(name) !== undefined || place.has(headerKey(name)) || headerKey(name) === '') continue;
    place.set(headerKey(name), columns.push(name.trim()) - 1);
  }
  return { columns, place };
}

/** The columns of a draft's extras: what `csvHeader` needs to know of all products before the first row. */
export function extraColumns(draft: ProductDraft): string[] {
  const all = [
    draft.extra,
    ...draft.variants.map((v) => v.extra),
    ...draft.images.map((image) => image.extra ?? []),
  ];
  return all.flat().map((extra) => extra.column);
}

/**
 * The rows of a product: one for each variant, with the images alongside, then the images left over. An image with
 * extras has a row of its own, so that reading back knows whose they are. Reading the rows gives the same draft
 * (`sameDraft`), given at least one variant. Extras in columns the header lacks are left out.
 * Texts are exact: no escaping of leading =, +, -, @ for spreadsheets, which would change them on the way back.
 */
export function productRows(draft: ProductDraft, currency: string, header: CsvHeader): string[][] {
  const numbered = draft.images.map((image, at) => ({ image, position: at + 1 }));
  const alone = numbered.filter(({ image }) => image.extra !== undefined && image.extra.length > 0);
  const alongside = numbered.filter(({ image }) => image.extra === undefined || image.extra.length === 0);
  const count = Math.max(draft.variants.length, alongside.length, 1);
  const rows = Array.from({ length: count }, (_, at): string[] => {
    const variant = draft.variants[at];
    return row(header, draft.handle, {
      ...(at === 0 ? productCells(draft) : {}),
      ...(variant === undefined ? {} : variantCells(variant, currency)),
      ...imageCells(alongside[at]),
    });
  });
  rows.forEach((cells, at) => {
    if (at === 0) fill(cells, header, draft.extra);
    fill(cells, header, draft.variants[at]?.extra ?? []);
  });
  for (const one of alone) {
    const cells = row(header, draft.handle, imageCells(one));
    fill(cells, header, one.image.extra ?? []);
    rows.push(cells);
  }
  return rows;
}

/** Product drafts in, CSV bytes out, header first (also when there is no product). Lines end with LF. */
export function csvWriter(currency: string, header: CsvHeader): Transform {
  let started = false;
  const start = (): string => (started ? '' : ((started = true), text([header.columns])));
  return new Transform({
    writableObjectMode: true,
    transform(draft: ProductDraft, _encoding, done) {
      try {
        done(null, start() + text(productRows(draft, currency, header)));
      } catch (error) {
        done(error as Error);
      }
    },
    flush(done) {
      done(null, start());
    },
  });
}

/** A lone CR in a cell must be quoted too: readers take it for a line end. */
const text = (rows: readonly (readonly string[])[]): string =>
  stringify(rows as string[][], { quoted_match: /\r/ });

type Cells = Partial<Record<Field, string>>;

function row(header: CsvHeader, handle: string, cells: Cells): string[] {
  const filled = new Array<string>(header.columns.length).fill('');
  FIELDS.forEach((field, at) => (filled[at] = cells[field] ?? ''));
  filled[0] = handle;
  return filled;
}

function fill(cells: string[], header: CsvHeader, extras: readonly ExtraColumn[]): void {
  for (const { column, value } of extras) {
    const at = header.place.get(headerKey(column));
    if (at !== undefined && cells[at] === '') cells[at] = value;
  }
}

function productCells(draft: ProductDraft): Cells {
  const [one, two, three] = draft.options;
  return {
    title: draft.title,
    descriptionHtml: draft.descriptionHtml,
    vendor: draft.vendor,
    productCategory: draft.productCategory,
    productType: draft.productType,
    tags: draft.tags.join(', '),
    published: String(draft.published),
    option1Name: one?.name ?? '',
    option1LinkedTo: one?.linkedTo ?? '',
    option2Name: two?.name ?? '',
    option2LinkedTo: two?.linkedTo ?? '',
    option3Name: three?.name ?? '',
    option3LinkedTo: three?.linkedTo ?? '',
    giftCard: String(draft.giftCard),
    seoTitle: draft.seo.title,
    seoDescription: draft.seo.description,
    status: draft.status,
  };
}

function variantCells(variant: VariantDraft, currency: string): Cells {
  const [one = '', two = '', three = ''] = variant.optionValues;
  return {
    option1Value: one,
    option2Value: two,
    option3Value: three,
    sku: variant.sku,
    grams: String(variant.grams),
    inventoryTracker: variant.inventoryTracker,
    inventoryQuantity: String(variant.inventoryQuantity),
    inventoryPolicy: variant.inventoryPolicy,
    fulfillmentService: variant.fulfillmentService,
    price: formatMoney(variant.price, currency),
    compareAtPrice: variant.compareAtPrice === null ? '' : formatMoney(variant.compareAtPrice, currency),
    requiresShipping: String(variant.requiresShipping),
    taxable: String(variant.taxable),
    barcode: variant.barcode,
    variantImage: variant.imageSrc ?? '',
    weightUnit: variant.weightUnit,
    taxCode: variant.taxCode,
  };
}

function imageCells(numbered: { image: ImageDraft; position: number } | undefined): Cells {
  if (numbered === undefined) return {};
  const { image, position } = numbered;
  return { imageSrc: image.src, imagePosition: String(position), imageAltText: image.altText };
}
