import {
  defineEvent,
  occurrence,
  type EventType,
  type Occurrence,
} from '../../platform/events/event-type.js';
import type { TransportOffer } from './offers/transport-offer.js';
import { TRANSPORT_STATUSES, type TransportOrder, type TransportStatus } from './transport-order.js';

export interface TransportStatusData {
  transportOrderId: string;
  reference: string;
  clientId: string;
  carrierId: string | null;
  status: TransportStatus;
  /** Null for an order that was just made. */
  previousStatus: TransportStatus | null;
  note: string;
  version: number;
}

export const transportStatusChanged = defineEvent<TransportStatusData>(
  'transport_order.status_changed',
  'A transport order was made, assigned to a carrier, or is a step further.',
  {
    transportOrderId: { type: 'string', minLength: 1 },
    reference: { type: 'string', description: "The client's own name for it" },
    clientId: { type: 'string', description: 'A client organisation, or the domain of a shop' },
    carrierId: { type: ['string', 'null'], description: 'Null while nobody moves it' },
    status: { enum: [...TRANSPORT_STATUSES] },
    previousStatus: {
      enum: [...TRANSPORT_STATUSES, null],
      description: 'Null for an order that was just made',
    },
    note: { type: 'string', description: 'What was said of the step' },
    version: { type: 'integer', minimum: 1, description: 'Of the transport order' },
  },
  {
    transportOrderId: '6921b0d2a1f4b0a7c9e01234',
    reference: 'SHIP-1042',
    clientId: 'nordlys-apparel.myshopify.com',
    carrierId: '6921b0d2a1f4b0a7c9e05678',
    status: 'PICKED_UP',
    previousStatus: 'ASSIGNED',
    note: '',
    version: 3,
  },
);

/** Tells that an order has come into its state; the last entry of its history says with which note. */
export function statusChanged(order: TransportOrder, previousStatus: TransportStatus | null): Occurrence {
  const { id, reference, clientId, carrierId, status, history, version } = order;
  const about = { transportOrderId: id, reference, clientId, carrierId };
  const data = { ...about, status, previousStatus, note: history.at(-1)?.note ?? '', version };
  return occurrence(transportStatusChanged, version, data);
}

export interface OfferEventData {
  transportOrderId: string;
  reference: string;
  /** What was offered, or what became of an offer and who is asked next. */
  offers: {
    id: string;
    carrierId: string;
    status: string;
    total: number;
    currency: string;
    reason: string;
  }[];
  version: number;
}

const OFFERS = {
  type: 'array',
  items: {
    type: 'object',
    required: ['id', 'carrierId', 'status', 'total', 'currency', 'reason'],
    properties: {
      ...{ id: { type: 'string' }, carrierId: { type: 'string' }, reason: { type: 'string' } },
      status: { enum: ['OPEN', 'DECLINED', 'EXPIRED'] },
      total: { type: 'integer', description: 'The price, in minor units of `currency`' },
      currency: { type: 'string', description: 'ISO 4217' },
    },
  },
};
const OFFER_FIELDS = {
  transportOrderId: { type: 'string', minLength: 1 },
  reference: { type: 'string', description: "The client's own name for it" },
  offers: OFFERS,
  version: { type: 'integer', minimum: 1, description: 'Of the transport order' },
};

const defineOffer = (name: string, status: TransportOffer['status'], description: string) =>
  defineEvent<OfferEventData>(`transport_order.${name}`, description, OFFER_FIELDS, {
    ...{ transportOrderId: '6921b0d2a1f4b0a7c9e01234', reference: 'SHIP-1042', version: 3 },
    offers: [
      {
        ...{ id: '6921b0d2a1f4b0a7c9e0aaaa', carrierId: '6921b0d2a1f4b0a7c9e05678', status },
        ...{ total: 4_620, currency: 'EUR', reason: '' },
      },
    ],
  });

export const transportOffered = defineOffer('offered', 'OPEN', 'Carriers were asked whether they take it.');
export const offerDeclined = defineOffer(
  'offer_declined',
  'DECLINED',
  'A carrier does not take it; the carrier that is asked next, if any, comes second.',
);
export const offerExpired = defineOffer(
  'offer_expired',
  'EXPIRED',
  'A carrier did not answer in time; the carrier that is asked next, if any, comes second.',
);

/** What became of offers of an order. */
export function offerEventOf(
  type: EventType<OfferEventData>,
  { id, reference, version }: TransportOrder,
  offers: readonly TransportOffer[],
): Occurrence {
  return occurrence(type, version, {
    ...{ transportOrderId: id, reference, version },
    offers: offers.map(({ id: offer, carrierId, status, price, reason }) => ({
      ...{ id: offer, carrierId, status, total: price.total, currency: price.currency, reason },
    })),
  });
}
