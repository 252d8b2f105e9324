import { createdWithin, EVERYBODY, type TransportQuery } from '../transport-orders.query.js';
import type { OfferStatus } from './transport-offer.js';

export interface OfferFilter {
  status?: OfferStatus;
  /** The transport order. */
  orderId?: string;
  carrierId?: string;
}

/** One page's query, newest first; the filter that narrows most picks the index. */
export function offerQuery(party: string, wanted: OfferFilter, cursor?: string): TransportQuery {
  const { status, orderId, carrierId } = wanted;
  const equal = Object.entries({ status, orderId, carrierId }).filter(([, value]) => value !== undefined);
  const field = orderId !== undefined ? 'orderId_' : status !== undefined ? 'status_' : '';
  return {
    filter: {
      // an operator's list of one carrier is that carrier's list
      parties: party === EVERYBODY ? (carrierId ?? party) : party,
      ...Object.fromEntries(equal),
      ...createdWithin({}, cursor),
    },
    hint: `parties_${field}createdAt`,
  };
}
