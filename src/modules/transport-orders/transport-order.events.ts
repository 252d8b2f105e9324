import { defineEvent, occurrence, type Occurrence } from '../../platform/events/event-type.js';
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
