import { Injectable } from '@nestjs/common';
import { AppError } from '../../../kernel/errors.js';
import type { Principal } from '../../../platform/http/access.js';
import { actsFor } from '../../../platform/http/reach.js';
import { CarriersService } from '../../carriers/index.js';
import { offerDeclined, offerEventOf, offerExpired } from '../transport-order.events.js';
import { statusEntry, TransportOrderEditor } from '../transport-order-editor.js';
import type { TransportOrder } from '../transport-order.js';
import { EVERYBODY } from '../transport-orders.query.js';
import { TransportOrdersRepository } from '../transport-orders.repository.js';
import { NextOffer } from './next-offer.js';
import type { TransportOffer } from './transport-offer.js';
import { TransportOffersRepository } from './transport-offers.repository.js';
import { TransportOffersService } from './transport-offers.service.js';

const AT_ONCE = 100;
const HOW = {
  DECLINED: { action: 'declined', type: offerDeclined },
  EXPIRED: { action: 'expired', type: offerExpired },
} as const;

/** How offers end: the first carrier that accepts has the order, at the price that was offered. */
@Injectable()
export class OfferAnswersService {
  constructor(
    private readonly offers: TransportOffersService,
    private readonly repository: TransportOffersRepository,
    private readonly orders: TransportOrdersRepository,
    private readonly editor: TransportOrderEditor,
    private readonly carriers: CarriersService,
    private readonly next: NextOffer,
  ) {}

  /**
   * Gives the order to the carrier. Accepting what one has accepted gives the order as it is.
   * @throws AppError `transport_offer_not_found`, `organisation_forbidden`, `transport_offer_closed` when another carrier
   * was first, its time is over or it was withdrawn, `no_carrier` for a suspended one
   */
  async accept(principal: Principal, id: string): Promise<TransportOrder> {
    for (;;) {
      const offer = await this.own(principal, id);
      const { carrierId, price } = offer;
      const order = await this.orders.find(
        [offer.status === 'ACCEPTED' ? carrierId : EVERYBODY],
        offer.orderId,
      );
      if (offer.status === 'ACCEPTED' && order) return order;
      if (offer.status !== 'OPEN' || order?.status !== 'PENDING') throw closed(offer);
      if ((await this.carriers.get(carrierId)).status !== 'active')
        throw new AppError('no_carrier', 'The carrier is suspended.');
      const accepted = await this.editor.write(order, {
        edit: { status: 'ASSIGNED', carrierId, price },
        entry: statusEntry('ASSIGNED', `offer accepted by ${carrierId}`),
        action: 'assigned',
        along: async (session) => {
          if (!(await this.repository.end(offer, 'ACCEPTED', '', session))) throw closed(offer);
        },
      });
      if (accepted) return accepted;
    }
  }

  /**
   * The carrier does not take it; who is next in the ranking is asked where the client wants that.
   * @throws AppError `transport_offer_not_found`, `organisation_forbidden`, `transport_offer_closed`
   */
  async decline(principal: Principal, id: string, reason: string): Promise<TransportOffer> {
    for (;;) {
      const offer = await this.own(principal, id);
      if (offer.status === 'DECLINED') return offer;
      if (offer.status !== 'OPEN' || !(await this.end(offer, 'DECLINED', reason))) throw closed(offer);
    }
  }

  /** Ends what nobody answered in time; safe to run again, or twice at once. Gives how many. */
  async expire(): Promise<{ expired: number }> {
    let expired = 0;
    for (;;) {
      const due = await this.repository.due(new Date(), AT_ONCE);
      let ended = 0;
      for (const offer of due) if (await this.end(offer, 'EXPIRED', '')) ended++;
      expired += ended;
      if (due.length < AT_ONCE || ended === 0) return { expired };
    }
  }

  private async own(principal: Principal, id: string): Promise<TransportOffer> {
    const offer = await this.offers.get(principal, id);
    if (actsFor(principal, 'transport-orders:write', offer.carrierId)) return offer;
    throw new AppError('organisation_forbidden', 'Only the carrier that was asked may answer.');
  }

  /** Ends an offer without an acceptance and asks the next, both or neither; false when it has ended otherwise. */
  private async end(offer: TransportOffer, status: 'DECLINED' | 'EXPIRED', reason: string): Promise<boolean> {
    const { orderId, carrierId } = offer;
    for (;;) {
      const order = await this.orders.find([EVERYBODY], orderId);
      if (order?.status !== 'PENDING') return false;
      const following = await this.next.after(order, offer);
      const { action, type } = HOW[status];
      const asked = following ? `, offered to ${following.carrierId}` : '';
      const why = reason && `: ${reason}`;
      try {
        const written = await this.editor.write(order, {
          edit: {},
          entry: statusEntry('PENDING', `offer ${action} by ${carrierId}${why}${asked}`),
          action,
          keepsOffers: true,
          along: async (session) => {
            if (!(await this.repository.end(offer, status, reason, session))) throw closed(offer);
            if (following) await this.repository.insert([following], session);
          },
          event: (after) => {
            const last = { ...offer, status, reason };
            return offerEventOf(type, after, following ? [last, following] : [last]);
          },
        });
        if (written) return true;
      } catch (error) {
        if (error instanceof AppError && error.code === 'transport_offer_closed') return false;
        throw error;
      }
    }
  }
}

function closed({ status, expiresAt }: TransportOffer): AppError {
  const how = {
    OPEN: `Its time is over (${expiresAt.toISOString()}), or another carrier was first`,
    ACCEPTED: 'It was accepted',
    DECLINED: 'It was declined',
    EXPIRED: `Its time is over (${expiresAt.toISOString()})`,
    WITHDRAWN: 'It was withdrawn: another carrier has it, or it was changed or cancelled',
  }[status];
  return new AppError('transport_offer_closed', `The offer is open no more. ${how}.`);
}
