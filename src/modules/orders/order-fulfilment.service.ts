import { Injectable } from '@nestjs/common';
import type { ClientSession } from 'mongoose';
import { AppError, invalidField } from '../../kernel/errors.js';
import type { ShopDomain } from '../../kernel/shop-domain.js';
import { assertTransition } from '../../kernel/state-machine.js';
import { newId } from '../../platform/idempotency/creation.js';
import { DevicesService } from '../devices/index.js';
import { InventoryService } from '../inventory/index.js';
import { OrderEditor } from './order-editor.js';
import { lineOf, refunded, refundOfRest } from './order-payments.service.js';
import { isLive } from './order-shipments.js';
import { stockOf, stockThere } from './order-stock.js';
import { entry } from './order-timeline.js';
import {
  ORDER_TRANSITIONS,
  piecesOf,
  type Fulfilment,
  type Order,
  type OrderReturn,
  type ReturnedPieces,
} from './order.js';
import type { OrderEdit } from './orders.repository.js';

/** What is known of how the goods travel; what is absent stays as it was. */
export type FulfilmentInput = Partial<Pick<Fulfilment, 'reference' | 'carrier' | 'trackingNumber'>>;

export interface ReturnInput {
  lines: ReturnedPieces[];
  /** Whether the pieces are for sale again. */
  restock: boolean;
  reason?: string;
}

/** Why an order was cancelled that nobody paid. */
const EXPIRED = 'expired';

type Step = 'paid' | 'fulfilling' | 'shipped' | 'delivered';

/**
 * What becomes of a placed order: on its way, cancelled, back. A step that the order has taken already changes nothing, so
 * that whoever moves the goods may report it again (`reference` names what moves them).
 */
@Injectable()
export class OrderFulfilmentService {
  constructor(
    private readonly editor: OrderEditor,
    private readonly inventory: InventoryService,
    private readonly devices: DevicesService,
  ) {}

  /** Somebody picks and packs. @throws AppError `order_not_found`, `invalid_transition` */
  async start(shop: ShopDomain, id: string, input: FulfilmentInput, version?: number): Promise<Order> {
    return this.step(shop, id, 'fulfilling', input, { startedAt: new Date() }, version);
  }

  /** The goods are not moved after all: the order waits again. @throws AppError `invalid_transition`, `conflict` */
  async stop(shop: ShopDomain, id: string, version?: number): Promise<Order> {
    const nothing = { reference: null, carrier: null, trackingNumber: null };
    return this.step(shop, id, 'paid', nothing, { startedAt: null }, version);
  }

  /** The goods have left: their stock and devices are gone. @throws AppError `invalid_transition`, `conflict` */
  async ship(shop: ShopDomain, id: string, input: FulfilmentInput, version?: number): Promise<Order> {
    await this.settle(shop, id);
    return this.step(
      shop,
      id,
      'shipped',
      input,
      { shippedAt: new Date() },
      version,
      async (session, before) => {
        await this.inventory.move(shop, stockThere(before), 'ship', session);
        await this.devices.ship(shop, id, session);
      },
    );
  }

  /** @throws AppError `order_not_found`, `invalid_transition` */
  async deliver(shop: ShopDomain, id: string, version?: number): Promise<Order> {
    return this.step(shop, id, 'delivered', {}, { deliveredAt: new Date() }, version);
  }

  /**
   * Calls an order off before it is shipped: what is paid is refunded, what is reserved is for sale again.
   * @throws AppError `order_not_found`, `invalid_transition`, `version_mismatch`
   */
  async cancel(shop: ShopDomain, id: string, reason: string, version?: number): Promise<Order> {
    await this.settle(shop, id);
    const refundId = String(newId('refund'));
    const cancelled = await this.editor.change(
      shop,
      id,
      version,
      (order) => {
        if (order.status === 'cancelled') return null;
        assertTransition(ORDER_TRANSITIONS, order.status, 'cancelled');
        if (order.shipments?.some(({ shippedAt }) => shippedAt !== null))
          throw new AppError(
            'invalid_transition',
            'Pieces of the order have left; what comes back is returned.',
          );
        return cancellation(order, reason, refundId);
      },
      async (session, before) => {
        if (before.payments.length > 0)
          await this.inventory.move(shop, stockThere(before), 'cancel', session);
        await this.devices.release(shop, id, session);
      },
    );
    await this.release(shop, cancelled);
    return cancelled;
  }

  /** Cancels an unpaid order whose time was over at `now`; false when it was paid or cancelled meanwhile. */
  async expire(shop: ShopDomain, id: string, now: Date): Promise<boolean> {
    const order = await this.editor.change(
      shop,
      id,
      undefined,
      (current) => {
        const { status, expiresAt } = current;
        const isOver = status === 'pending' && expiresAt !== undefined && expiresAt <= now;
        return isOver ? cancellation(current, EXPIRED, '') : null;
      },
      async (session) => {
        await this.devices.release(shop, id, session);
      },
    );
    const expired = order.status === 'cancelled' && order.cancelReason === EXPIRED;
    if (expired) await this.release(shop, order);
    return expired;
  }

  /**
   * Pieces came back, and units among them. Their money is refunded apart from this. With the last piece the order is
   * `returned`.
   * @throws AppError `order_not_found`, `invalid_transition` before it was shipped, `return_too_large`,
   * `device_not_found`, `device_unavailable` for a unit that is back, `validation_failed`
   */
  async takeBack(shop: ShopDomain, id: string, input: ReturnInput, version?: number): Promise<Order> {
    const returnId = String(newId('return'));
    return this.editor.change(
      shop,
      id,
      version,
      (order) => {
        if (order.returns.some((known) => known.id === returnId)) return null;
        assertTransition(ORDER_TRANSITIONS, order.status, 'returned');
        const { lines, restock: restocked, reason = '' } = input;
        return returned(order, { id: returnId, lines, restocked, reason, at: new Date() });
      },
      async (session, before) => {
        if (input.restock) await this.inventory.move(shop, stockOf(before, input.lines), 'restock', session);
        const to = input.restock ? 'in_stock' : 'returned';
        for (const pieces of input.lines)
          await this.devices.takeBack(shop, id, unitsOf(before, pieces), to, session);
      },
    );
  }

  /** Commits the stock of a paid order: a crash may have come between the payment and that. */
  async settle(shop: ShopDomain, id: string): Promise<void> {
    const { payments, stock, reservationId } = await this.editor.get(shop, id);
    if (payments.length > 0 && reservationId) await this.inventory.commit(shop, reservationId, stock);
  }

  /** What was paid for has moved in the cancelling transaction. */
  private async release(shop: ShopDomain, { payments, stock, reservationId }: Order): Promise<void> {
    if (payments.length === 0 && reservationId) await this.inventory.release(shop, reservationId, stock);
  }

  private async step(
    shop: ShopDomain,
    id: string,
    to: Step,
    input: FulfilmentInput,
    times: Partial<Fulfilment>,
    version: number | undefined,
    beside?: (session: ClientSession, before: Order) => Promise<void>,
  ): Promise<Order> {
    return this.editor.change(
      shop,
      id,
      version,
      ({ status, fulfilment, payments, shipments = [] }) => {
        if (status === to) return null;
        if (to === 'paid' && shipments.some(isLive))
          throw new AppError('conflict', 'Shipments of the order are on their way; cancel their transports.');
        // an unpaid order becomes paid by its payment only
        if (to === 'paid' && payments.length === 0) assertTransition(ORDER_TRANSITIONS, 'draft', to);
        assertTransition(ORDER_TRANSITIONS, status, to);
        return {
          set: { status: to, fulfilment: { ...fulfilment, ...input, ...times } },
          timeline: [entry(to === 'paid' ? 'fulfilment_stopped' : to, input.reference ?? '')],
        };
      },
      beside,
    );
  }
}

function cancellation(order: Order, reason: string, refundId: string): OrderEdit {
  const refund = order.payments.length > 0 ? refundOfRest(order, refundId, reason) : null;
  const { set, sale } = refund ? refunded(order, refund) : { set: {}, sale: undefined };
  return {
    set: { ...set, status: 'cancelled', cancelReason: reason, cancelledAt: new Date() },
    unlimited: true,
    timeline: [entry('cancelled', reason)],
    ...(sale ? { sale } : {}),
  };
}

function returned(order: Order, back: OrderReturn): OrderEdit {
  const lines = order.lines.map((line) => ({ ...line }));
  for (const [at, { lineId, quantity, deviceIds = [] }] of back.lines.entries()) {
    const line = lineOf({ ...order, lines }, lineId);
    if (deviceIds.length > quantity)
      throw invalidField(`lines.${at}.deviceIds`, 'too_many', `names more units than pieces (${quantity})`);
    const foreign = deviceIds.find((device) => !line.deviceIds.includes(device));
    if (foreign) throw new AppError('device_not_found', `The line has no device "${foreign}".`);
    line.returnedQuantity += quantity;
    if (line.returnedQuantity > piecesOf(line))
      throw new AppError(
        'return_too_large',
        `lines.${at}: ${quantity} is more than is left with the customer.`,
      );
  }
  const all = lines.every((line) => piecesOf(line) === line.returnedQuantity);
  return {
    set: { lines, returns: [...order.returns, back], ...(all ? { status: 'returned' as const } : {}) },
    timeline: [entry('returned', back.reason)],
  };
}

/** The units among pieces that came back: those that are named, or all of a line that comes back as a whole. */
function unitsOf(order: Order, { lineId, quantity, deviceIds }: ReturnedPieces) {
  const line = lineOf(order, lineId);
  if (deviceIds) return { ids: deviceIds, named: true };
  return { ids: quantity === piecesOf(line) ? line.deviceIds : [], named: false };
}
