import { headerKey } from '../../../../platform/csv/header.js';
import { MAX_ALT_TEXT_LENGTH, MAX_NAME_LENGTH } from './limits.js';

/** Whom a cell speaks of: the product (first row only), the row's variant, or the row's image. */
export type Level = 'product' | 'variant' | 'image';

interface Column {
  level: Level;
  /** As Shopify's older exports write it, and as we export it. */
  name: string;
  /** As Shopify's present template (`product_template.csv`) writes it, and other spellings met in the wild. */
  aliases: readonly string[];
  /** Longest text in characters, where Shopify has a limit. */
  max?: number;
}

const column = (level: Level, name: string, aliases: string[] = [], max?: number): Column =>
  max === undefined ? { level, name, aliases } : { level, name, aliases, max };

/**
 * The columns the catalogue models, in the order of Shopify's export. Source of both sets: Shopify Help Center,
 * "Using CSV files to import and export products" (manual/products/import-export/using-csv), and the
 * `product_template.csv` linked there. Every other column is an extra: kept as it is and given back.
 */
export const COLUMNS = {
  handle: column('product', 'Handle', ['URL handle']),
  title: column('product', 'Title', [], MAX_NAME_LENGTH),
  descriptionHtml: column('product', 'Body (HTML)', ['Description', 'Body HTML']),
  vendor: column('product', 'Vendor', [], MAX_NAME_LENGTH),
  productCategory: column('product', 'Product Category', ['Standardized Product Type']),
  productType: column('product', 'Type', ['Custom Product Type'], MAX_NAME_LENGTH),
  tags: column('product', 'Tags'),
  published: column('product', 'Published', ['Published on online store']),
  option1Name: column('product', 'Option1 Name', [], MAX_NAME_LENGTH),
  option1Value: column('variant', 'Option1 Value', [], MAX_NAME_LENGTH),
  option1LinkedTo: column('product', 'Option1 Linked To', [], MAX_NAME_LENGTH),
  option2Name: column('product', 'Option2 Name', [], MAX_NAME_LENGTH),
  option2Value: column('variant', 'Option2 Value', [], MAX_NAME_LENGTH),
  option2LinkedTo: column('product', 'Option2 Linked To', [], MAX_NAME_LENGTH),
  option3Name: column('product', 'Option3 Name', [], MAX_NAME_LENGTH),
  option3Value: column('variant', 'Option3 Value', [], MAX_NAME_LENGTH),
  option3LinkedTo: column('product', 'Option3 Linked To', [], MAX_NAME_LENGTH),
  sku: column('variant', 'Variant SKU', ['SKU'], MAX_NAME_LENGTH),
  grams: column('variant', 'Variant Grams', ['Weight value (grams)']),
  inventoryTracker: column('variant', 'Variant Inventory Tracker', ['Inventory tracker'], MAX_NAME_LENGTH),
  inventoryQuantity: column('variant', 'Variant Inventory Qty', ['Inventory quantity']),
  inventoryPolicy: column('variant', 'Variant Inventory Policy', ['Continue selling when out of stock']),
  fulfillmentService: column(
    'variant',
    'Variant Fulfillment Service',
    ['Fulfillment service'],
    MAX_NAME_LENGTH,
  ),
  price: column('variant', 'Variant Price', ['Price']),
  compareAtPrice: column('variant', 'Variant Compare At Price', [
    'Compare-at price',
    'Variant Compare-at Price',
  ]),
  requiresShipping: column('variant', 'Variant Requires Shipping', ['Requires shipping']),
  taxable: column('variant', 'Variant Taxable', ['Charge tax']),
  barcode: column('variant', 'Variant Barcode', ['Barcode'], MAX_NAME_LENGTH),
  imageSrc: column('image', 'Image Src', ['Product image URL']),
  imagePosition: column('image', 'Image Position'),
  imageAltText: column('image', 'Image Alt Text', [], MAX_ALT_TEXT_LENGTH),
  giftCard: column('product', 'Gift Card'),
  seoTitle: column('product', 'SEO Title', [], MAX_NAME_LENGTH),
  seoDescription: column('product', 'SEO Description'),
  variantImage: column('variant', 'Variant Image', ['Variant image URL']),
  weightUnit: column('variant', 'Variant Weight Unit', ['Weight unit for display']),
  taxCode: column('variant', 'Variant Tax Code', ['Tax code'], MAX_NAME_LENGTH),
  status: column('product', 'Status'),
} as const satisfies Record<string, Column>;

export type Field = keyof typeof COLUMNS;
export const FIELDS = Object.keys(COLUMNS) as readonly Field[];

const BY_KEY = new Map<string, Field>(
  FIELDS.flatMap((field) =>
    [COLUMNS[field].name, ...COLUMNS[field].aliases].map((name) => [headerKey(name), field] as const),
  ),
);

/** The modelled field a header names in either of Shopify's column sets, else undefined: an extra. */
export const fieldOf = (header: string): Field | undefined => BY_KEY.get(headerKey(header));

const VARIANT_EXTRA =
  /^(variant\b|cost per item|unit price\b|price\s*\/|compare[- ]at price\s*\/|hs code|country of origin)|\bvariant\.metafields\./i;

/**
 * Whether an extra on a product's first row belongs to its first variant (cost, unit price, market prices, variant
 * metafields) or to the product (product metafields, Google Shopping, market inclusion, all else).
 * On later rows every extra belongs to the row's variant or image.
 */
export const extraLevel = (header: string): 'product' | 'variant' =>
  VARIANT_EXTRA.test(header.trim()) ? 'variant' : 'product';
