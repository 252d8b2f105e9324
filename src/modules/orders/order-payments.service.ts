import { Injectable } from '@nestjs/common';
import { Types } from 'mongoose';
import { allocate, amountOfFirst } from '../../kernel/allocation.js';
import { AppError, invalidField } from '../../kernel/errors.js';
import type { ShopDomain } from '../../kernel/shop-domain.js';
import { assertTransition } from '../../kernel/state-machine.js';
import { isDuplicateKey } from '../../platform/database/database-errors.js';
import { newId } from '../../platform/idempotency/creation.js';
import { InventoryService } from '../inventory/index.js';
import { refundable } from './order-input.js';
import { OrderEditor } from './order-editor.js';
import { entry } from './order-timeline.js';
import { ORDER_TRANSITIONS, type Order, type OrderLine, type Refund, type Sale } from './order.js';

export interface PaymentInput {
  amount: number;
  currency: string;
  reference: string;
  method?: string;
}

export interface RefundInput {
  lines?: { lineId: string; quantity: number }[];
  /** Of the shipping costs. */
  shipping?: number;
  /** Instead of lines and shipping: any amount that is left. */
  amount?: number;
  reason?: string;
}

/** Payments and refunds: neither twice, never more than there is. */
@Injectable()
export class OrderPaymentsService {
  constructor(
    private readonly editor: OrderEditor,
    private readonly inventory: InventoryService,
  ) {}

  /**
   * Notes the payment of a whole order. The same reference again gives the order as it is.
   * @throws AppError `order_not_found`, `order_already_paid`, `invalid_transition`, `payment_mismatch`,
   * `payment_reference_used`
   */
  async pay(
    shop: ShopDomain,
    id: string,
    { method = '', ...payment }: PaymentInput,
    version?: number,
  ): Promise<Order> {
    const paymentId = String(newId('payment'));
    const paid = await this.paying(payment.reference, () =>
      this.editor.change(shop, id, version, (order) => {
        if (order.payments.some(({ reference }) => reference === payment.reference)) return null;
        if (order.payments.length > 0)
          throw new AppError('order_already_paid', 'The order is paid already, with another reference.');
        assertTransition(ORDER_TRANSITIONS, order.status, 'paid');
        assertFits(order, payment);
        const at = new Date();
        return {
          set: { status: 'paid', paidAt: at, payments: [{ id: paymentId, ...payment, method, at }] },
          unlimited: true,
          timeline: [entry('paid', payment.reference)],
          sale: paymentSale(order, at),
        };
      }),
    );
    if (paid.reservationId) await this.inventory.commit(shop, paid.reservationId, paid.stock);
    return paid;
  }

  /**
   * Gives money back: for pieces of lines, of the shipping, or any amount. The parts of a line add up to its total.
   * @throws AppError `order_not_found`, `invalid_transition` for an unpaid order, `refund_too_large`, `validation_failed`
   */
  async refund(shop: ShopDomain, id: string, input: RefundInput, version?: number): Promise<Order> {
    const refundId = String(newId('refund'));
    return this.editor.change(shop, id, version, (order) => {
      if (order.refunds.some((refund) => refund.id === refundId)) return null;
      if (order.payments.length === 0)
        throw new AppError(
          'invalid_transition',
          `The order is ${order.status}: there is no payment to refund.`,
        );
      const refund = refundOf(order, refundId, input);
      return { ...refunded(order, refund), timeline: [entry('refunded', refund.reason)] };
    });
  }

  private async paying(reference: string, pay: () => Promise<Order>): Promise<Order> {
    try {
      return await pay();
    } catch (error) {
      if (!isDuplicateKey(error, 'shop_payments.reference')) throw error;
      throw new AppError('payment_reference_used', `Another order was paid with "${reference}".`);
    }
  }
}

/** What a refund changes of its order, with the sale it takes back. */
export function refunded(order: Order, refund: Refund): { set: Partial<Order>; sale: Sale } {
  const back = new Map(refund.lines.map((line) => [line.lineId, line]));
  return {
    set: {
      refunds: [...order.refunds, refund],
      totals: { ...order.totals, refunded: order.totals.refunded + refund.amount },
      lines: order.lines.map((line) => {
        const { quantity = 0, amount = 0 } = back.get(line.id) ?? {};
        return {
          ...line,
          refundedQuantity: line.refundedQuantity + quantity,
          refundedAmount: line.refundedAmount + amount,
        };
      }),
      shipping: order.shipping && {
        ...order.shipping,
        refundedAmount: order.shipping.refundedAmount + refund.shipping,
      },
    },
    sale: {
      ...{ id: new Types.ObjectId(), kind: 'refund', at: refund.at, day: dayOf(refund.at) },
      ...{ amount: refund.amount, applied: false },
      lines: refund.lines.map(({ lineId, quantity, amount }) => {
        const { productId = '' } = order.lines.find(({ id }) => id === lineId) ?? {};
        return { productId, quantity, amount };
      }),
    },
  };
}

/** The refund of all that is left of an order; null when nothing is. */
export function refundOfRest(order: Order, id: string, reason: string): Refund | null {
  const left = refundable(order);
  if (left === 0) return null;
  const wanted = order.lines.map((line) => ({
    lineId: line.id,
    quantity: line.quantity - line.refundedQuantity,
  }));
  const lines = pieces(
    order,
    wanted.filter(({ quantity }) => quantity > 0),
  );
  const costs = (order.shipping?.total ?? 0) - (order.shipping?.refundedAmount ?? 0);
  // amounts that were refunded for nothing in particular are off all of them
  const parts = allocate(left, [...lines.map(({ amount }) => amount), costs]);
  return {
    ...{ id, amount: left, shipping: parts.at(-1) ?? 0, reason, at: new Date() },
    lines: lines.map((line, at) => ({ ...line, amount: parts[at] ?? 0 })),
  };
}

/** What a refund gives back. @throws AppError `order_line_not_found`, `refund_too_large`, `validation_failed` */
export function refundOf(
  order: Order,
  id: string,
  { lines = [], shipping = 0, amount, reason = '' }: RefundInput,
): Refund {
  const parts = lines.length > 0 || shipping > 0;
  if (parts === (amount !== undefined))
    throw invalidField('amount', 'either_or', 'give either an amount, or lines and shipping');
  const found = pieces(order, lines);
  const left = (order.shipping?.total ?? 0) - (order.shipping?.refundedAmount ?? 0);
  if (shipping > left)
    throw new AppError('refund_too_large', `shipping: ${shipping} is more than the ${left} left of it.`);
  const whole = amount ?? found.reduce((total, line) => total + line.amount, shipping);
  if (whole > refundable(order))
    throw new AppError(
      'refund_too_large',
      `${whole} is more than the ${refundable(order)} left of the payment.`,
    );
  return { id, amount: whole, lines: found, shipping, reason, at: new Date() };
}

function pieces(order: Order, wanted: { lineId: string; quantity: number }[]): Refund['lines'] {
  const seen = new Set<string>();
  return wanted.map(({ lineId, quantity }, at) => {
    const line = lineOf(order, lineId);
    if (seen.has(lineId)) throw invalidField(`lines.${at}.lineId`, 'twice', 'stands twice');
    seen.add(lineId);
    const upTo = line.refundedQuantity + quantity;
    if (upTo > line.quantity) {
      const left = line.quantity - line.refundedQuantity;
      throw new AppError('refund_too_large', `lines.${at}: ${quantity} is more than the ${left} left.`);
    }
    const amount =
      amountOfFirst(line.total, upTo, line.quantity) -
      amountOfFirst(line.total, line.refundedQuantity, line.quantity);
    return { lineId, quantity, amount };
  });
}

/** @throws AppError `order_line_not_found` */
export function lineOf(order: Order, lineId: string): OrderLine {
  const line = order.lines.find(({ id }) => id === lineId);
  if (!line) throw new AppError('order_line_not_found', `The order has no line "${lineId}".`);
  return line;
}

function assertFits({ totals, currency }: Order, payment: { amount: number; currency: string }): void {
  if (payment.currency !== currency)
    throw new AppError(
      'payment_mismatch',
      `The order is in ${currency}, the payment in ${payment.currency}.`,
    );
  if (payment.amount !== totals.total)
    throw new AppError(
      'payment_mismatch',
      `The order costs ${totals.total}, the payment is ${payment.amount}.`,
    );
}

function paymentSale(order: Order, at: Date): Sale {
  return {
    ...{ id: new Types.ObjectId(), kind: 'payment', at, day: dayOf(at) },
    ...{ amount: order.totals.total, applied: false },
    lines: order.lines.map(({ productId, quantity, total }) => ({ productId, quantity, amount: total })),
  };
}

function dayOf(at: Date): string {
  return at.toISOString().slice(0, 10);
}
