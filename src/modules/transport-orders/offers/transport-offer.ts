import type { Price, QuoteRule } from '../../pricing/index.js';
import type { TransportTerms } from '../transport-order.js';

export const OFFER_STATUSES = ['OPEN', 'ACCEPTED', 'DECLINED', 'EXPIRED', 'WITHDRAWN'] as const;
export type OfferStatus = (typeof OFFER_STATUSES)[number];

/** What a carrier has to know to decide. */
export type OfferedTerms = Omit<TransportTerms, 'currency'>;

/** A transport that one carrier was asked to take at one price. It ends by one of the other states, for good. */
export interface TransportOffer {
  id: string;
  /** The transport order. */
  orderId: string;
  clientId: string;
  carrierId: string;
  status: OfferStatus;
  /** The quote of the moment it was offered; becomes the price of the order. */
  price: Price;
  /** As the order says: a change of it withdraws the offer. */
  terms: OfferedTerms;
  expiresAt: Date;
  /** Why it was declined. */
  reason: string;
  /** Offers that were made together, and those that followed them. */
  round: string;
  /** Minutes that each carrier of the round has. */
  minutes: number;
  /** By which ranking the next carrier is asked when this one does not take it; null asks nobody. */
  next: QuoteRule | null;
  createdAt: Date;
  /** When it was answered, ran out or was withdrawn. */
  endedAt: Date | null;
}
