import type { Position } from '../../kernel/geo.js';
import type { AdrClass, TransportType } from '../carriers/index.js';
import type { NoPrice, Price } from './price.js';

/** How carriers are ranked; what is equal is told apart by the price, the rating, the id. */
export const QUOTE_RULES = ['cheapest', 'best_rated', 'fastest'] as const;
export type QuoteRule = (typeof QUOTE_RULES)[number];

/** What is to be moved, as far as carriers and prices depend on it. */
export interface QuoteRequest {
  transportType: TransportType;
  /** ISO 4217: grids in other currencies are left out. */
  currency: string;
  /** Pickup first, delivery last. */
  stops: readonly Position[];
  weightGrams: number;
  volumeMillilitres: number;
  pallets: number;
  adrClasses: readonly AdrClass[];
  /** Prices valid at this moment count. */
  pickupAt: Date;
}

export interface Quote {
  carrierId: string;
  carrierName: string;
  rating: number | null;
  price: Price;
}

/** Why a carrier that goes there has no quote. */
export const REFUSALS = [
  'suspended',
  'transport_type',
  'over_capacity',
  'adr_not_carried',
  'no_grid',
  'no_rate',
  'beyond_brackets',
] as const;
export type Refusal = Exclude<(typeof REFUSALS)[number], NoPrice> | NoPrice;

export interface Quotes {
  /** Best first. */
  quotes: Quote[];
  unavailable: { carrierId: string; reason: Refusal }[];
}

/** Best first; the order of equal ones never depends on chance. */
export function ranked(quotes: readonly Quote[], rule: QuoteRule): Quote[] {
  const price = (a: Quote, b: Quote) => a.price.total - b.price.total;
  const rating = (a: Quote, b: Quote) => (b.rating ?? 0) - (a.rating ?? 0);
  const hours = ({ price: { transitHours } }: Quote) => transitHours ?? Number.MAX_SAFE_INTEGER;
  const transit = (a: Quote, b: Quote) => hours(a) - hours(b);
  const order = {
    cheapest: [price, rating],
    best_rated: [rating, price],
    fastest: [transit, price, rating],
  }[rule];
  return [...quotes].sort((a, b) => {
    for (const compare of order) {
      const difference = compare(a, b);
      if (difference !== 0) return difference;
    }
    return a.carrierId < b.carrierId ? -1 : 1;
  });
}
