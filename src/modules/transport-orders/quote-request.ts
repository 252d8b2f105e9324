import type { QuoteRequest } from '../pricing/index.js';
import type { TransportTerms } from './transport-order.js';

/** What carriers are asked about a transport. */
export function requestOf(order: TransportTerms): QuoteRequest {
  const { transportType, currency, pickup, via, delivery, goods } = order;
  const sum = (field: 'weightGrams' | 'volumeMillilitres' | 'pallets') =>
    goods.reduce((total, item) => total + item[field], 0);
  return {
    transportType,
    currency,
    stops: [pickup, ...via, delivery].map(({ point }) => point.coordinates),
    weightGrams: sum('weightGrams'),
    volumeMillilitres: sum('volumeMillilitres'),
    pallets: sum('pallets'),
    adrClasses: [...new Set(goods.flatMap(({ adrClass }) => adrClass ?? []))],
    pickupAt: pickup.windowFrom,
  };
}
