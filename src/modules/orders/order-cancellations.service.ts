import { Injectable } from '@nestjs/common';
import { AppError } from '../../kernel/errors.js';
import type { ShopDomain } from '../../kernel/shop-domain.js';
import { newId } from '../../platform/idempotency/creation.js';
import { DevicesService } from '../devices/index.js';
import { InventoryService } from '../inventory/index.js';
import { OrderEditor } from './order-editor.js';
import { OrderFulfilmentService } from './order-fulfilment.service.js';
import { lineOf, refunded, refundOf } from './order-payments.service.js';
import { isLive, piecesLeft, standing } from './order-shipments.js';
import { stockOf, stockThere } from './order-stock.js';
import { entry } from './order-timeline.js';
import { piecesOf, type LinePieces, type Order, type OrderCancellation } from './order.js';
import type { OrderEdit } from './orders.repository.js';

export interface CancellationInput {
  lines: LinePieces[];
  /** Whether what they cost is given back now. */
  refund: boolean;
  reason?: string;
}

/** Pieces of a paid order that are not sent after all, the rest of it staying what it is. */
@Injectable()
export class OrderCancellationsService {
  constructor(
    private readonly editor: OrderEditor,
    private readonly fulfilment: OrderFulfilmentService,
    private readonly inventory: InventoryService,
    private readonly devices: DevicesService,
  ) {}

  /**
   * Calls pieces off that have not left and are in no shipment: they are for sale again, and what they cost is refunded.
   * When everything else has left, or arrived, so has the order.
   * @throws AppError `order_not_found`, `order_line_not_found`, `version_mismatch`, `invalid_transition` unless it is paid
   * and has not left, `cancellation_too_large`, `refund_too_large`, `conflict` when nothing would be left, or for devices
   * of the pieces that nobody took back
   */
  async cancel(shop: ShopDomain, id: string, input: CancellationInput, version?: number): Promise<Order> {
    await this.fulfilment.settle(shop, id);
    const [cancellationId, refundId] = [String(newId('cancellation')), String(newId('refund'))];
    const edited = await this.editor.change(
      shop,
      id,
      version,
      (order) => {
        if (order.cancellations?.some((known) => known.id === cancellationId)) return null;
        assertOpen(order);
        const { lines, reason = '' } = input;
        return calledOff(
          order,
          { id: cancellationId, lines, reason, at: new Date() },
          input.refund && refundId,
        );
      },
      async (session, before, after) => {
        await this.inventory.move(shop, stockOf(before, input.lines), 'cancel', session);
        if (after.status !== 'shipped') return;
        await this.inventory.move(shop, stockThere(after), 'ship', session);
        await this.devices.ship(shop, id, session);
      },
    );
    const arrived = standing(edited).status === 'delivered';
    return arrived ? this.fulfilment.deliver(shop, id) : edited;
  }
}

function assertOpen({ status, payments }: Order): void {
  if (payments.length > 0 && (status === 'paid' || status === 'fulfilling')) return;
  const detail = `Pieces are called off between payment and shipping; the order is ${status}.`;
  throw new AppError('invalid_transition', detail);
}

function calledOff(order: Order, cancellation: OrderCancellation, refundId: string | false): OrderEdit {
  const { lines, reason } = cancellation;
  const after: Order = { ...order, lines: without(order, lines) };
  if (after.lines.every((line) => piecesOf(line) === 0))
    throw new AppError('conflict', 'Nothing would be left of the order: cancel it as a whole.');
  const refund = refundId === false ? null : refundOf(after, refundId, { lines, reason });
  const { set, sale } = refund ? refunded(after, refund) : { set: { lines: after.lines }, sale: undefined };
  return {
    set: {
      ...set,
      cancellations: [...(order.cancellations ?? []), cancellation],
      ...(hasLeft(after) ? standing(after) : {}),
    },
    timeline: [entry('pieces_cancelled', reason)],
    ...(sale ? { sale } : {}),
  };
}

/** Whether every piece that has to travel is on its way. */
function hasLeft(order: Order): boolean {
  return (order.shipments ?? []).some(isLive) && standing(order).status === 'shipped';
}

/** The lines of an order without pieces. @throws AppError `order_line_not_found`, `cancellation_too_large`, `conflict` */
function without(order: Order, pieces: readonly LinePieces[]): Order['lines'] {
  const left = new Map(piecesLeft(order).map(({ lineId, quantity }) => [lineId, quantity]));
  const lines = order.lines.map((line) => ({ ...line }));
  for (const [at, { lineId, quantity }] of pieces.entries()) {
    const line = lineOf({ ...order, lines }, lineId);
    const free = line.requiresShipping ? (left.get(lineId) ?? 0) : piecesOf(line);
    if (quantity > free)
      throw new AppError(
        'cancellation_too_large',
        `lines.${at}: ${quantity} is more than the ${free} that are neither called off nor in a shipment.`,
      );
    left.set(lineId, free - quantity);
    line.cancelledQuantity = (line.cancelledQuantity ?? 0) + quantity;
    if (line.deviceIds.length > piecesOf(line))
      throw new AppError(
        'conflict',
        `lines.${at}: the line has more devices than pieces then; take them back first.`,
      );
  }
  return lines;
}
