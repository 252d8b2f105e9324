import type { Types } from 'mongoose';
import type { ShopDomain } from '../../kernel/shop-domain.js';
import type { Transitions } from '../../kernel/state-machine.js';
import type { StockItem } from '../inventory/index.js';
import type { Discount, PricedLine, Shipping, TaxRate, Totals } from './pricing/price-order.js';

export const ORDER_STATUSES = [
  'draft',
  'pending',
  'paid',
  'fulfilling',
  'shipped',
  'delivered',
  'cancelled',
  'returned',
] as const;
export type OrderStatus = (typeof ORDER_STATUSES)[number];

/** `returned` is reached when every piece came back. */
export const ORDER_TRANSITIONS: Transitions<OrderStatus> = {
  draft: ['pending', 'cancelled'],
  pending: ['paid', 'cancelled'],
  paid: ['fulfilling', 'shipped', 'cancelled'],
  fulfilling: ['paid', 'shipped', 'cancelled'],
  shipped: ['delivered', 'returned'],
  delivered: ['returned'],
  cancelled: [],
  returned: [],
};

export const PAYMENT_STATUSES = ['unpaid', 'paid', 'partially_refunded', 'refunded'] as const;
export type PaymentStatus = (typeof PAYMENT_STATUSES)[number];

/** A line as it was agreed: what the catalogue says later does not change it. Amounts are minor units. */
export interface OrderLine extends PricedLine {
  id: string;
  productId: string;
  variantId: string;
  title: string;
  optionValues: string[];
  sku: string;
  unitPrice: number;
  quantity: number;
  taxable: boolean;
  requiresShipping: boolean;
  grams: number;
  /** Called off before they left; absent for none. */
  cancelledQuantity?: number;
  refundedQuantity: number;
  refundedAmount: number;
  returnedQuantity: number;
  /** Where a draft wants the pieces taken from; where they were is in `Order.stock`. */
  locationId?: string;
  /** Serialised units that are given for it, at most as many as its quantity. */
  deviceIds: string[];
}

export interface AppliedDiscount extends Discount {
  amount: number;
}

export interface OrderShipping extends Shipping, PricedLine {
  refundedAmount: number;
}

export interface PostalAddress {
  name: string;
  line1: string;
  line2?: string;
  postalCode: string;
  city: string;
  region?: string;
  /** ISO 3166-1 alpha-2. */
  country: string;
  phone?: string;
}

export interface Payment {
  id: string;
  amount: number;
  currency: string;
  /** What the payment provider calls it; once in a shop. */
  reference: string;
  method: string;
  at: Date;
}

export interface Refund {
  id: string;
  /** In all; `lines` and `shipping` say what of it is for what. */
  amount: number;
  lines: { lineId: string; quantity: number; amount: number }[];
  shipping: number;
  reason: string;
  at: Date;
}

/** Pieces of one line that came back, with the units among them that were named. */
export interface ReturnedPieces extends LinePieces {
  deviceIds?: string[];
}

export interface OrderReturn {
  id: string;
  lines: ReturnedPieces[];
  /** Whether the pieces are for sale again. */
  restocked: boolean;
  reason: string;
  at: Date;
}

/** Pieces of one line. */
export interface LinePieces {
  lineId: string;
  quantity: number;
}

/** Pieces that were called off before they left. */
export interface OrderCancellation {
  id: string;
  lines: LinePieces[];
  reason: string;
  at: Date;
}

export const SHIPMENT_STATUSES = ['requested', 'shipped', 'delivered', 'failed', 'cancelled'] as const;
export type ShipmentStatus = (typeof SHIPMENT_STATUSES)[number];

/** Pieces of an order that travel together, from one place. */
export interface Shipment {
  /** Also the id of the transport order that moves it. */
  id: string;
  lines: LinePieces[];
  /** Where the pieces lie; null for such that nobody tracks. */
  locationId: string | null;
  status: ShipmentStatus;
  /** Of the last report that it follows. */
  sequence: number;
  requestedAt: Date;
  shippedAt: Date | null;
  deliveredAt: Date | null;
}

export interface Fulfilment {
  /** What moves the goods, e.g. the id of a transport order. */
  reference: string | null;
  carrier: string | null;
  trackingNumber: string | null;
  startedAt: Date | null;
  shippedAt: Date | null;
  deliveredAt: Date | null;
}

export interface TimelineEntry {
  at: Date;
  type: string;
  /** Who did it: `account:…`, `api_key:…`, `job:…` or `system`. */
  by: string;
  message: string;
}

/** What a change of an order adds to the shop's sales: the analytics are the sums of these and nothing else. */
export interface Sale {
  id: Types.ObjectId;
  kind: 'payment' | 'refund';
  at: Date;
  /** The UTC day of `at`, as YYYY-MM-DD. */
  day: string;
  amount: number;
  lines: { productId: string; quantity: number; amount: number }[];
  /** Whether the aggregates hold it. */
  applied: boolean;
}

/** A merchant's order. */
export interface Order {
  _id: Types.ObjectId;
  shop: ShopDomain;
  /** 1, 2, 3 … without a gap in each shop; absent in drafts. */
  number?: number;
  status: OrderStatus;
  currency: string;
  customerId: string | null;
  lines: OrderLine[];
  discounts: AppliedDiscount[];
  taxes: TaxRate[];
  taxesIncluded: boolean;
  shipping: OrderShipping | null;
  totals: Totals & { refunded: number };
  shippingAddress: PostalAddress | null;
  billingAddress: PostalAddress | null;
  /** Where the pieces were taken from, `line` being the position of the order line. */
  stock: StockItem[];
  /** Which reservation holds them; null in drafts. */
  reservationId: string | null;
  /** Until when an unpaid order keeps its pieces; absent in others. */
  expiresAt?: Date;
  payments: Payment[];
  refunds: Refund[];
  returns: OrderReturn[];
  /** Oldest first; absent before the first. */
  cancellations?: OrderCancellation[];
  fulfilment: Fulfilment;
  /** Oldest first; absent before the first. */
  shipments?: Shipment[];
  note: string;
  tags: string[];
  cancelReason: string | null;
  timeline: TimelineEntry[];
  sales: Sale[];
  /** When the oldest sale came that no aggregate holds; absent when they hold all. */
  pendingSalesAt?: Date;
  placedAt: Date | null;
  paidAt: Date | null;
  cancelledAt: Date | null;
  version: number;
  createdAt: Date;
  updatedAt: Date;
}

export function paymentStatusOf({ payments, totals }: Pick<Order, 'payments' | 'totals'>): PaymentStatus {
  if (payments.length === 0) return 'unpaid';
  if (totals.refunded === 0) return 'paid';
  return totals.refunded >= totals.total ? 'refunded' : 'partially_refunded';
}

/** Pieces of a line that the customer gets, or got: those that were called off are none of them. */
export function piecesOf({
  quantity,
  cancelledQuantity = 0,
}: Pick<OrderLine, 'quantity' | 'cancelledQuantity'>): number {
  return quantity - cancelledQuantity;
}
