import { Types } from 'mongoose';
import { decodePosition, encodeCursor } from '../../kernel/cursor.js';
import type { TransportType } from '../carriers/index.js';
import type { TransportStatus } from './transport-order.js';

/** Whose orders: of a client, a carrier, or everybody's (operators). */
export const EVERYBODY = '*';

export interface TransportFilter {
  /** One, or any of several. */
  status?: TransportStatus | readonly TransportStatus[];
  transportType?: TransportType;
  clientId?: string;
  carrierId?: string;
  reference?: string;
  pickupCity?: string;
  deliveryCity?: string;
  /** Created at or after. */
  createdFrom?: Date;
  /** Created before. */
  createdTo?: Date;
}

export interface TransportQuery {
  filter: Record<string, unknown>;
  /** The index by name: each yields a party's orders newest first. */
  hint: string;
}

const SORT = '-createdAt';

/** One page's query; the filter that narrows most picks the index, the others are checked on the way. */
export function transportQuery(party: string, wanted: TransportFilter, cursor?: string): TransportQuery {
  const { status, transportType, clientId, carrierId, reference, pickupCity, deliveryCity } = wanted;
  const equal = {
    status: Array.isArray(status) ? { $in: status } : status,
    transportType,
    clientId,
    carrierId,
    reference,
    'pickup.city': pickupCity,
    'delivery.city': deliveryCity,
  };
  return {
    filter: {
      // an operator's list of one client or carrier is that party's list
      parties: party === EVERYBODY ? (clientId ?? carrierId ?? party) : party,
      ...Object.fromEntries(Object.entries(equal).filter(([, value]) => value !== undefined)),
      ...createdWithin(wanted, cursor),
    },
    hint: indexFor(wanted),
  };
}

/** The cursor that continues behind `last`. */
export function transportCursor({ createdAt, id }: { createdAt: Date; id: string }): string {
  return encodeCursor({ sort: SORT, values: [createdAt, id] });
}

function indexFor({ reference, pickupCity, deliveryCity, status, transportType }: TransportFilter): string {
  if (reference !== undefined) return 'parties_reference_createdAt';
  if (pickupCity !== undefined) return 'parties_pickup.city_createdAt';
  if (deliveryCity !== undefined) return 'parties_delivery.city_createdAt';
  if (status !== undefined) return 'parties_status_createdAt';
  return transportType === undefined ? 'parties_createdAt' : 'parties_transportType_createdAt';
}

/**
 * What is newest first within a time and behind a cursor: the plain bounds are what the index seeks to; the `$or` only
 * drops the ties that were already shown.
 */
export function createdWithin(
  { createdFrom, createdTo }: Pick<TransportFilter, 'createdFrom' | 'createdTo'>,
  cursor: string | undefined,
): Record<string, unknown> {
  const last = cursor === undefined ? undefined : positionOf(cursor);
  const createdAt = {
    ...(createdFrom ? { $gte: createdFrom } : {}),
    ...(createdTo ? { $lt: createdTo } : {}),
    ...(last ? { $lte: last.at } : {}),
  };
  return {
    ...(Object.keys(createdAt).length > 0 ? { createdAt } : {}),
    ...(last
      ? { $or: [{ createdAt: { $lt: last.at } }, { createdAt: last.at, _id: { $lt: last.id } }] }
      : {}),
  };
}

function positionOf(cursor: string): { at: Date; id: Types.ObjectId } {
  const { value: at, id } = decodePosition(cursor, SORT, (value) => value instanceof Date);
  return { at, id: new Types.ObjectId(id) };
}
