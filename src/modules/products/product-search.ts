import { words } from '../../kernel/search-words.js';

/** Of the texts; codes have no limit but that of the variants. */
const MAX_WORDS = 100;

/**
 * The words a product is found by: of its title, handle, vendor, type, tags, SKUs and barcodes. They are stored in an
 * indexed array rather than a text index, because a text index cannot return its hits in a list's sort order without
 * sorting in memory (ADR 0006).
 */
export function searchWords(product: {
  title: string;
  handle: string;
  vendor: string;
  productType: string;
  tags: string[];
  variants: { sku: string; barcode: string }[];
}): string[] {
  const { title, handle, vendor, productType, tags, variants } = product;
  const text = new Set([title, handle, vendor, productType, ...tags].flatMap(words));
  const codes = variants.flatMap(({ sku, barcode }) => [sku, barcode]).flatMap(words);
  return [...new Set([...[...text].slice(0, MAX_WORDS), ...codes])];
}
