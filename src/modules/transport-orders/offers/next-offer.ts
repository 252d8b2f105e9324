import { Injectable } from '@nestjs/common';
import { newId } from '../../../platform/idempotency/creation.js';
import { QuotesService, type Quote } from '../../pricing/index.js';
import { requestOf } from '../quote-request.js';
import type { TransportOrder } from '../transport-order.js';
import type { TransportOffer } from './transport-offer.js';
import { TransportOffersRepository } from './transport-offers.repository.js';

const MINUTE_MS = 60_000;

export type Round = Pick<TransportOffer, 'round' | 'minutes' | 'next'>;

/** An open offer of an order at a quote, from now on. */
export function offerOf(order: TransportOrder, { carrierId, price }: Quote, round: Round): TransportOffer {
  const { reference, transportType, pickup, via, delivery, goods, note } = order;
  const now = new Date();
  return {
    ...{ id: String(newId('transport offer')), orderId: order.id, clientId: order.clientId, carrierId },
    ...{ status: 'OPEN', price, reason: '', ...round, createdAt: now, endedAt: null },
    terms: { reference, transportType, pickup, via, delivery, goods, note },
    expiresAt: new Date(now.getTime() + round.minutes * MINUTE_MS),
  };
}

/** Who is asked when a carrier does not take it. */
@Injectable()
export class NextOffer {
  constructor(
    private readonly repository: TransportOffersRepository,
    private readonly quotes: QuotesService,
  ) {}

  /** An offer for the best carrier, at its price of this moment, that nobody has asked in the round; undefined without. */
  async after(order: TransportOrder, { round, minutes, next }: Round): Promise<TransportOffer | undefined> {
    if (next === null || order.status !== 'PENDING') return undefined;
    const { quotes } = await this.quotes.quote(requestOf(order), next);
    const asked = await this.repository.asked(order.clientId, order.id, round);
    const quote = quotes.find(({ carrierId }) => !asked.has(carrierId));
    return quote && offerOf(order, quote, { round, minutes, next });
  }
}
