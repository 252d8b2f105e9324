import type { ExtraColumn, ProductDraft, VariantDraft } from '../../product.js';
import type { RowProblem } from './errors.js';

export interface CsvOption {
  name: string;
  /** '' says: linked to nothing; absent: the file has no such column. */
  linkedTo?: string;
}

/** A variant as a file tells it. Absent fields: no such column, or a blank cell where blank says nothing. */
export interface CsvVariant extends Partial<Omit<VariantDraft, 'optionValues' | 'extra'>> {
  optionValues: string[];
  extra: ExtraColumn[];
}

export interface CsvImage {
  src: string;
  altText?: string;
  extra: ExtraColumn[];
}

type Told = 'descriptionHtml' | 'vendor' | 'productType' | 'productCategory' | 'tags';
type Known = 'title' | 'status' | 'published' | 'giftCard';

/**
 * A product as a file tells it: a field is absent when the file has no column for it, so that a file with few
 * columns leaves the rest of a stored product alone. A blank cell empties texts, tags, the compare-at price, the
 * tracker and the variant image; where blank is no possible value (price, quantity, status, booleans, units …) it
 * says nothing, as an absent column: the stored value stays, a new product gets the default.
 */
export interface CsvProduct extends Partial<Pick<ProductDraft, Told | Known>> {
  handle: string;
  seo: { title?: string; description?: string };
  /** Absent when the file has no option column. */
  options?: CsvOption[];
  /** Absent when the file has no variant column; else all variants of the product. */
  variants?: CsvVariant[];
  /** In display order. Absent when the file has no image column; else all images of the product. */
  images?: CsvImage[];
  extra: ExtraColumn[];
  /** `headerKey` of each extra column of the file: extras it speaks of, blank cells included. */
  extraKeys: ReadonlySet<string>;
}

/** What reading a file yields: whole products, and what is wrong with the others. */
export type CsvRead =
  { kind: 'product'; line: number; product: CsvProduct } | ({ kind: 'error' } & RowProblem);
