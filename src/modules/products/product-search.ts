/** Of the texts; codes have no limit but that of the variants. */
const MAX_WORDS = 100;
const MAX_QUERY_WORDS = 8;
const MAX_WORD_LENGTH = 40;

/** Lower case, without accents: "Café" and "CAFE" are one word, "Straße" and "strasse" too. */
function words(text: string): string[] {
  const plain = text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replaceAll('ß', 'ss');
  return (plain.match(/[\p{L}\p{N}]+/gu) ?? []).map((word) => word.slice(0, MAX_WORD_LENGTH));
}

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

/** The words of a query, all of which a hit must have; the longest first, as they are the rarest. */
export function queryWords(text: string): string[] {
  return [...new Set(words(text))].sort((a, b) => b.length - a.length).slice(0, MAX_QUERY_WORDS);
}
