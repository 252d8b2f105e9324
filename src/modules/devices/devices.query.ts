import { trusted } from 'mongoose';
import { decodeId, encodeCursor } from '../../kernel/cursor.js';
import type { ShopDomain } from '../../kernel/shop-domain.js';
import type { Device, DeviceStatus } from './device.js';

export interface DeviceFilter {
  status?: DeviceStatus;
  variantId?: string;
  serial?: string;
  imei?: string;
}

export interface DeviceQuery {
  filter: Record<string, unknown>;
  sort: Record<string, 1 | -1>;
  hint: string;
}

/** Ids grow with time: they are the order of creation, and unique. */
const SORT = '-id';

/** One page's query, newest first. Serial and IMEI are unique in a shop. */
export function deviceQuery(shop: ShopDomain, filter: DeviceFilter, cursor?: string): DeviceQuery {
  const { status, variantId, serial, imei } = filter;
  const wanted = {
    shop,
    ...(status === undefined ? {} : { status }),
    ...(variantId === undefined ? {} : { variantId }),
    ...(serial === undefined ? {} : { serial }),
    ...(imei === undefined ? {} : { imei }),
    ...(cursor === undefined ? {} : { _id: trusted({ $lt: decodeId(cursor, SORT) }) }),
  };
  if (serial !== undefined) return { filter: wanted, sort: {}, hint: 'shop_serial' };
  if (imei !== undefined) return { filter: wanted, sort: {}, hint: 'shop_imei' };
  const by = variantId !== undefined ? 'shop_variantId' : status !== undefined ? 'shop_status' : 'shop_id';
  return { filter: wanted, sort: { _id: -1 }, hint: by };
}

export function deviceCursor({ id }: Device): string {
  return encodeCursor({ sort: SORT, values: [id] });
}
