import { trusted } from 'mongoose';
import { decodePosition, encodeCursor } from '../../kernel/cursor.js';
import type { ShopDomain } from '../../kernel/shop-domain.js';
import type { Customer } from './customer.js';

export interface CustomerFilter {
  email?: string;
  phone?: string;
  tag?: string;
}

export const CUSTOMER_SORTS = ['createdAt', '-createdAt'];
export const DEFAULT_CUSTOMER_SORT = '-createdAt';

export interface CustomerQuery {
  filter: Record<string, unknown>;
  sort: Record<string, 1 | -1>;
  /** The index by name. */
  hint: string;
}

/** One page's query. E-mail and phone are unique in a shop: their index finds one customer, who needs no order. */
export function customerQuery(
  shop: ShopDomain,
  { email, phone, tag }: CustomerFilter,
  sort: string,
  cursor?: string,
): CustomerQuery {
  const direction = sort.startsWith('-') ? -1 : 1;
  const filter = {
    shop,
    ...(email === undefined ? {} : { emailKey: emailKey(email) }),
    ...(phone === undefined ? {} : { phone }),
    ...(tag === undefined ? {} : { tags: tag }),
    ...(cursor === undefined ? {} : after(sort, direction, cursor)),
  };
  if (email !== undefined) return { filter, sort: {}, hint: 'shop_emailKey' };
  if (phone !== undefined) return { filter, sort: {}, hint: 'shop_phone' };
  const hint = tag === undefined ? 'shop_createdAt' : 'shop_tags_createdAt';
  return { filter, sort: { createdAt: direction, _id: direction }, hint };
}

export function customerCursor(sort: string, { createdAt, id }: Customer): string {
  return encodeCursor({ sort, values: [createdAt, id] });
}

/** An address as it is compared: domains are case-insensitive, and no provider tells mailboxes apart by case. */
export function emailKey(email: string): string {
  return email.trim().toLowerCase();
}

function after(sort: string, direction: 1 | -1, cursor: string): Record<string, unknown> {
  const { value: createdAt, id } = decodePosition(cursor, sort, (value) => value instanceof Date);
  const [bound, beyond] = direction === 1 ? (['$gte', '$gt'] as const) : (['$lte', '$lt'] as const);
  return {
    createdAt: trusted({ [bound]: createdAt }),
    $or: [{ createdAt: trusted({ [beyond]: createdAt }) }, { createdAt, _id: trusted({ [beyond]: id }) }],
  };
}
