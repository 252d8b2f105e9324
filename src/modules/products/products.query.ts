import { Types } from 'mongoose';
import { decodePosition, encodeCursor, type CursorValue } from '../../kernel/cursor.js';
import { AppError } from '../../kernel/errors.js';
import { queryWords } from '../../kernel/search-words.js';
import type { ShopDomain } from '../../kernel/shop-domain.js';
import type { ProductStatus } from './product.js';
import type { ProductDocument } from './product.schema.js';

export interface ProductFilter {
  status?: ProductStatus;
  vendor?: string;
  productType?: string;
  tag?: string;
  optimized?: boolean;
  updatedSince?: Date;
  /** Minor units: some variant costs at least / at most this. */
  priceMin?: number;
  priceMax?: number;
  /** Words that all stand in the product. */
  q?: string;
}

/** What a list may be sorted by, and the stored field behind it. */
const SORT_FIELDS = {
  updatedAt: 'updatedAt',
  createdAt: 'createdAt',
  title: 'title',
  price: 'priceMin',
  handle: 'handle',
} as const satisfies Record<string, keyof ProductDocument>;
type SortField = keyof typeof SORT_FIELDS;

export const PRODUCT_SORTS = Object.keys(SORT_FIELDS).flatMap((field) => [field, `-${field}`]);
export const DEFAULT_PRODUCT_SORT = '-updatedAt';

/** Equality filters in the order of how much they narrow; the first present one picks the index. */
const FILTER_INDEXES = {
  updatedAt: ['search', 'tags', 'vendor', 'productType', 'optimized', 'status'],
  createdAt: ['status'],
  title: ['status'],
  price: ['status'],
  handle: [],
} as const satisfies Record<SortField, readonly string[]>;

export interface ProductQuery {
  filter: Record<string, unknown>;
  sort: Record<string, 1 | -1>;
  /** The index by name: chosen here, so that no plan can fall back to a scan or a sort in memory. */
  hint: string;
}

/**
 * One page's query. Every sort has an index that yields the shop's products in its order; equality filters with an
 * index of their own narrow the scan, the others are checked on the way.
 * @throws AppError `invalid_cursor`, `invalid_sort`
 */
export function productQuery(
  shop: ShopDomain,
  filter: ProductFilter,
  sort: string,
  cursor?: string,
): ProductQuery {
  const { field, direction } = parseSort(sort);
  const conditions = conditionsOf(filter);
  const indexed = FILTER_INDEXES[field].find((name) => name in conditions);
  const stored = SORT_FIELDS[field];
  return {
    filter: {
      shop,
      ...conditions,
      ...(cursor !== undefined ? after(sort, stored, direction, cursor, conditions) : {}),
    },
    // a handle is unique in its shop and needs no tie-breaker, which its index does not have
    sort: stored === 'handle' ? { handle: direction } : { [stored]: direction, _id: direction },
    hint: ['shop', ...(indexed ? [indexed] : []), field].join('_'),
  };
}

/** The cursor that continues behind `last`. */
export function cursorAfter(sort: string, last: ProductDocument): string {
  const { field } = parseSort(sort);
  return encodeCursor({ sort, values: [last[SORT_FIELDS[field]], String(last._id)] });
}

/** The stored field a sort needs, for projections. */
export function sortedBy(sort: string): keyof ProductDocument {
  return SORT_FIELDS[parseSort(sort).field];
}

function parseSort(sort: string): { field: SortField; direction: 1 | -1 } {
  const field = sort.replace(/^-/, '');
  if (!(field in SORT_FIELDS)) {
    throw new AppError(
      'invalid_sort',
      `"${sort}" is no sort of products; use one of ${PRODUCT_SORTS.join(', ')}.`,
    );
  }
  return { field: field as SortField, direction: sort.startsWith('-') ? -1 : 1 };
}

function conditionsOf(filter: ProductFilter): Record<string, unknown> {
  const words = filter.q === undefined ? [] : queryWords(filter.q);
  return {
    ...(filter.status === undefined ? {} : { status: filter.status }),
    ...(filter.vendor === undefined ? {} : { vendor: filter.vendor }),
    ...(filter.productType === undefined ? {} : { productType: filter.productType }),
    ...(filter.tag === undefined ? {} : { tags: filter.tag }),
    ...(filter.optimized === undefined ? {} : { optimized: filter.optimized }),
    ...(filter.updatedSince === undefined ? {} : { updatedAt: { $gte: filter.updatedSince } }),
    ...(filter.priceMin === undefined ? {} : { priceMax: { $gte: filter.priceMin } }),
    ...(filter.priceMax === undefined ? {} : { priceMin: { $lte: filter.priceMax } }),
    // a query of punctuation alone finds nothing rather than everything
    ...(filter.q === undefined ? {} : { search: words.length > 0 ? { $all: words } : { $in: [] } }),
  };
}

/**
 * Everything behind the cursor. The plain bound on the sorted field is what the index seeks to; the `$or` only drops
 * the ties that were already shown. It lies within any range the filter has on that field.
 */
function after(
  sort: string,
  stored: keyof ProductDocument,
  direction: 1 | -1,
  cursor: string,
  conditions: Record<string, unknown>,
): Record<string, unknown> {
  const { value, id } = decodePosition(cursor, sort, (last): last is CursorValue => fits(stored, last));
  const [bound, beyond] = direction === 1 ? (['$gte', '$gt'] as const) : (['$lte', '$lt'] as const);
  const own = (conditions[stored] ?? {}) as Record<string, unknown>;
  return {
    [stored]: { ...own, [bound]: value },
    $or: [{ [stored]: { [beyond]: value } }, { [stored]: value, _id: { [beyond]: new Types.ObjectId(id) } }],
  };
}

/** MongoDB compares within a type only: a cursor of another type would end a list early. */
function fits(stored: keyof ProductDocument, value: CursorValue): boolean {
  if (stored === 'priceMin') return typeof value === 'number';
  return stored === 'title' || stored === 'handle' ? typeof value === 'string' : value instanceof Date;
}
