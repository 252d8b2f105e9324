import {
  defineEvent,
  occurrence,
  type EventType,
  type Occurrence,
} from '../../platform/events/event-type.js';
import type { Order, OrderStatus } from './order.js';

export interface OrderEventData {
  id: string;
  /** Null while it is a draft. */
  number: number | null;
  status: string;
  customerId: string | null;
  currency: string;
  /** What it costs, in minor units. */
  total: number;
  /** What of that was given back, in minor units. */
  refunded: number;
  version: number;
}

const AMOUNT = { type: 'integer', minimum: 0, description: 'In minor units of `currency`' };
const FIELDS = {
  id: { type: 'string', minLength: 1 },
  number: { type: ['integer', 'null'], minimum: 1, description: 'Null while it is a draft' },
  status: { enum: ['pending', 'paid', 'fulfilling', 'shipped', 'delivered', 'cancelled', 'returned'] },
  customerId: { type: ['string', 'null'] },
  currency: { type: 'string', description: 'ISO 4217' },
  total: AMOUNT,
  refunded: AMOUNT,
  version: { type: 'integer', minimum: 1 },
};
const EXAMPLE: OrderEventData = {
  ...{ id: '6921b0d2a1f4b0a7c9e01234', number: 1042, status: 'pending', currency: 'EUR' },
  ...{ customerId: '6921b0d2a1f4b0a7c9e05678', total: 4_990, refunded: 0, version: 1 },
};

const define = (name: string, status: OrderStatus, description: string) =>
  defineEvent<OrderEventData>(name, description, FIELDS, { ...EXAMPLE, status });

export const orderPlaced = define('order.placed', 'pending', 'An order got its number and holds its stock.');
export const orderPaid = define('order.paid', 'paid', 'An order was paid, or waits again to be fulfilled.');
export const orderFulfilling = define('order.fulfilling', 'fulfilling', 'Somebody picks and packs it.');
export const orderShipped = define('order.shipped', 'shipped', 'The goods have left.');
export const orderDelivered = define('order.delivered', 'delivered', 'The goods have arrived.');
export const orderCancelled = define(
  'order.cancelled',
  'cancelled',
  'It was called off, or not paid in time.',
);
export const orderReturned = define('order.returned', 'returned', 'Every piece came back.');
export const orderRefunded = defineEvent<OrderEventData>(
  'order.refunded',
  'Money was given back; of an order that is cancelled, `order.cancelled` tells it.',
  FIELDS,
  { ...EXAMPLE, status: 'delivered', refunded: 990, version: 6 },
);

const OF_STATUS: Record<Exclude<OrderStatus, 'draft'>, EventType<OrderEventData>> = {
  pending: orderPlaced,
  paid: orderPaid,
  fulfilling: orderFulfilling,
  shipped: orderShipped,
  delivered: orderDelivered,
  cancelled: orderCancelled,
  returned: orderReturned,
};

/** What a change of an order means to others: a new state, or a refund; undefined for the rest. */
export function eventOf(before: Order | null, after: Order): Occurrence | undefined {
  const { _id, number = null, status, customerId, currency, totals } = after;
  const isNew = status !== 'draft' && status !== before?.status;
  const isRefunded = before !== null && totals.refunded > before.totals.refunded;
  const type = isNew ? OF_STATUS[status] : isRefunded ? orderRefunded : undefined;
  const version = before ? before.version + 1 : after.version;
  return (
    type &&
    occurrence(type, version, {
      ...{ id: String(_id), number, status, customerId, currency },
      ...{ total: totals.total, refunded: totals.refunded, version },
    })
  );
}
