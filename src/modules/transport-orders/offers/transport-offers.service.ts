import { Injectable, type OnModuleInit } from '@nestjs/common';
import { AppError } from '../../../kernel/errors.js';
import type { Principal } from '../../../platform/http/access.js';
import { tenantsWith } from '../../../platform/http/reach.js';
import { createOnce } from '../../../platform/idempotency/creation.js';
import { TenantData } from '../../../platform/tenancy/tenant-data.js';
import { QuotesService, type Quote, type QuoteRule } from '../../pricing/index.js';
import { requestOf } from '../quote-request.js';
import { offerEventOf, transportOffered } from '../transport-order.events.js';
import { assertSide, statusEntry, TransportOrderEditor } from '../transport-order-editor.js';
import type { TransportOrder } from '../transport-order.js';
import { EVERYBODY, transportCursor } from '../transport-orders.query.js';
import { partyOf } from '../transport-party.js';
import { offerOf } from './next-offer.js';
import type { TransportOffer } from './transport-offer.js';
import { offerQuery, type OfferFilter } from './transport-offers.query.js';
import { TransportOffersRepository } from './transport-offers.repository.js';

/** Whom a client asks, and for how long. */
export interface Asking {
  /** These carriers; without, the first `most` by the rule. */
  carrierIds?: string[];
  rule: QuoteRule;
  most: number;
  minutes: number;
  /** Whether the next by the rule is asked when one does not take it. */
  moveOn: boolean;
}

/** Transports that carriers are asked to take: offered by their clients, seen by both. */
@Injectable()
export class TransportOffersService implements OnModuleInit {
  constructor(
    private readonly repository: TransportOffersRepository,
    private readonly editor: TransportOrderEditor,
    private readonly quotes: QuotesService,
    private readonly tenants: TenantData,
  ) {}

  onModuleInit(): void {
    this.tenants.register('transport offers', (shop) => this.repository.deleteAll(shop));
  }

  /** Newest first. @throws AppError `invalid_cursor`, `validation_failed`, `organisation_forbidden` */
  async list(
    principal: Principal,
    party: string | undefined,
    filter: OfferFilter,
    { limit, cursor }: { limit: number; cursor?: string },
  ): Promise<{ offers: TransportOffer[]; nextCursor: string | null; hasMore: boolean }> {
    const query = offerQuery(partyOf(principal, party), filter, cursor);
    const offers = await this.repository.list(query, limit + 1);
    const hasMore = offers.length > limit;
    if (hasMore) offers.pop();
    const last = offers.at(-1);
    return { offers, hasMore, nextCursor: hasMore && last ? transportCursor(last) : null };
  }

  /** @throws AppError `transport_offer_not_found`, also for an offer to others */
  async get(principal: Principal, id: string): Promise<TransportOffer> {
    const reached = tenantsWith(principal, 'transport-orders:read');
    const offer = await this.repository.find(reached === 'all' ? [EVERYBODY] : reached, id);
    if (!offer) throw new AppError('transport_offer_not_found', `There is no transport offer "${id}".`);
    return offer;
  }

  /**
   * Asks carriers to take an order, each at its quote of this moment: all of those named, or none.
   * @throws AppError `transport_order_not_found`, `organisation_forbidden`, `invalid_transition`, `version_mismatch`,
   * `no_carrier` when nobody, or not each of the named, takes it, `conflict` for one that is being asked
   */
  async offer(
    principal: Principal,
    orderId: string,
    asking: Asking,
    version?: number,
  ): Promise<TransportOffer[]> {
    const { clientId } = await this.editor.get(principal, 'transport-orders:write', orderId);
    const madeAs = async (round: string) => {
      const offers = await this.repository.ofRound(clientId, orderId, round);
      return offers.length > 0 ? offers : null;
    };
    return createOnce(
      'offer round',
      (id) => madeAs(String(id)),
      async (id) => {
        let offers: TransportOffer[] = [];
        await this.editor.change(principal, orderId, version, async (order) => {
          assertSide(principal, order, 'client');
          if (order.status !== 'PENDING')
            throw new AppError(
              'invalid_transition',
              `The order is ${order.status}; PENDING ones are offered.`,
            );
          const { minutes, moveOn, rule } = asking;
          const round = { round: String(id), minutes, next: moveOn ? rule : null };
          offers = (await this.choose(order, asking)).map((quote) => offerOf(order, quote, round));
          const to = offers.map(({ carrierId }) => carrierId).join(', ');
          return {
            edit: {},
            entry: statusEntry('PENDING', `offered to ${to}`),
            action: 'offered',
            keepsOffers: true,
            along: (session) => this.repository.insert(offers, session),
            event: (after) => offerEventOf(transportOffered, after, offers),
          };
        });
        return offers;
      },
    );
  }

  private async choose(order: TransportOrder, { carrierIds, rule, most }: Asking): Promise<Quote[]> {
    const { quotes, unavailable } = await this.quotes.quote(requestOf(order), rule, carrierIds);
    const asked = await this.repository.asked(order.clientId, order.id, '');
    const busy = carrierIds?.find((id) => asked.has(id));
    if (busy !== undefined) throw new AppError('conflict', `The carrier ${busy} is being asked already.`);
    const missing = carrierIds?.filter((id) => !quotes.some(({ carrierId }) => carrierId === id)) ?? [];
    const free = quotes.filter(({ carrierId }) => !asked.has(carrierId));
    if (missing.length === 0 && free.length > 0) return carrierIds ? free : free.slice(0, most);
    const reasons = unavailable.map(({ carrierId, reason }) => `${carrierId}: ${reason}`);
    const elsewhere = missing.filter((id) => !unavailable.some(({ carrierId }) => carrierId === id));
    reasons.push(...elsewhere.map((id) => `${id}: does not go to every stop`));
    throw new AppError(
      'no_carrier',
      `Nobody was asked. ${reasons.join(', ') || 'No other carrier takes it.'}`,
    );
  }
}
