import { Types } from 'mongoose';
import { decodePosition, encodeCursor } from '../../kernel/cursor.js';
import type { ShopDomain } from '../../kernel/shop-domain.js';
import type { Order, OrderStatus } from './order.js';

export interface OrderFilter {
  status?: OrderStatus;
  customerId?: string;
  tag?: string;
  number?: number;
  /** Created at or after. */
  createdFrom?: Date;
  /** Created before. */
  createdTo?: Date;
  /** Minor units, both inclusive. */
  totalMin?: number;
  totalMax?: number;
}

const SORT_FIELDS = { createdAt: 'createdAt', total: 'totals.total', number: 'number' } as const;
type SortField = keyof typeof SORT_FIELDS;

export const ORDER_SORTS = Object.keys(SORT_FIELDS).flatMap((field) => [field, `-${field}`]);
export const DEFAULT_ORDER_SORT = '-createdAt';

/** Equality filters in the order of how much they narrow; the first present one picks the index. */
const FILTER_INDEXES = {
  createdAt: ['customerId', 'tags', 'status'],
  total: ['status'],
  number: [],
} as const satisfies Record<SortField, readonly string[]>;

export interface OrderQuery {
  filter: Record<string, unknown>;
  sort: Record<string, 1 | -1>;
  /** The index by name: each yields a shop's orders in the sort's order. */
  hint: string;
}

/**
 * One page's query. A sort by number has the numbered orders only: drafts have none.
 * @throws AppError `invalid_cursor`
 */
export function orderQuery(shop: ShopDomain, filter: OrderFilter, sort: string, cursor?: string): OrderQuery {
  const field = fieldOf(sort);
  const direction = sort.startsWith('-') ? -1 : 1;
  const conditions = conditionsOf(filter);
  const indexed = FILTER_INDEXES[field].find((name) => name in conditions);
  const stored = SORT_FIELDS[field];
  if (field === 'number' && filter.number === undefined) conditions['number'] = { $gte: 1 };
  // a number finds one order, whatever the sort
  const byNumber = field === 'number' || filter.number !== undefined;
  return {
    filter: {
      shop,
      ...conditions,
      ...(cursor === undefined ? {} : after(sort, stored, direction, cursor, conditions)),
    },
    sort:
      filter.number !== undefined || field === 'number'
        ? { number: direction }
        : { [stored]: direction, _id: direction },
    hint: byNumber ? 'shop_number' : ['shop', ...(indexed ? [indexed] : []), field].join('_'),
  };
}

/** The cursor that continues behind `last`. */
export function orderCursor(sort: string, last: Order): string {
  const values = { createdAt: last.createdAt, total: last.totals.total, number: last.number ?? 0 };
  return encodeCursor({ sort, values: [values[fieldOf(sort)], String(last._id)] });
}

function fieldOf(sort: string): SortField {
  return sort.replace(/^-/, '') as SortField;
}

function conditionsOf(filter: OrderFilter): Record<string, unknown> {
  const created = range(filter.createdFrom, filter.createdTo, '$lt');
  const total = range(filter.totalMin, filter.totalMax, '$lte');
  return {
    ...(filter.status === undefined ? {} : { status: filter.status }),
    ...(filter.customerId === undefined ? {} : { customerId: filter.customerId }),
    ...(filter.tag === undefined ? {} : { tags: filter.tag }),
    ...(filter.number === undefined ? {} : { number: filter.number }),
    ...(created ? { createdAt: created } : {}),
    ...(total ? { 'totals.total': total } : {}),
  };
}

function range<T>(from: T | undefined, to: T | undefined, upper: '$lt' | '$lte'): object | undefined {
  if (from === undefined && to === undefined) return undefined;
  return { ...(from === undefined ? {} : { $gte: from }), ...(to === undefined ? {} : { [upper]: to }) };
}

/** Everything behind the cursor, within what the filter says of the sorted field. */
function after(
  sort: string,
  stored: string,
  direction: 1 | -1,
  cursor: string,
  conditions: Record<string, unknown>,
): Record<string, unknown> {
  const { value, id } = decodePosition(cursor, sort, (last): last is Date | number =>
    stored === 'createdAt' ? last instanceof Date : typeof last === 'number',
  );
  const [bound, beyond] = direction === 1 ? (['$gte', '$gt'] as const) : (['$lte', '$lt'] as const);
  const own = conditions[stored];
  const ties = {
    $or: [{ [stored]: { [beyond]: value } }, { [stored]: value, _id: { [beyond]: new Types.ObjectId(id) } }],
  };
  return {
    $and: [{ [stored]: { [bound]: value } }, ties, ...(own === undefined ? [] : [{ [stored]: own }])],
    ...(own === undefined ? {} : { [stored]: own }),
  };
}
