import { defineEvent } from '../../platform/events/event-type.js';

export interface ShipmentRequestedData {
  id: string;
  orderId: string;
}

export const shipmentRequested = defineEvent<ShipmentRequestedData>(
  'shipment.requested',
  'Pieces of an order are to travel; a transport order of the same id follows.',
  { id: { type: 'string', minLength: 1 }, orderId: { type: 'string', minLength: 1 } },
  { id: '6921b0d2a1f4b0a7c9e01234', orderId: '6921b0d2a1f4b0a7c9e05678' },
);
