import { Injectable } from '@nestjs/common';
import type { ClientSession } from 'mongoose';
import { AppError } from '../../kernel/errors.js';
import type { ShopDomain } from '../../kernel/shop-domain.js';
import type { AuditAction, AuditChange } from '../../platform/audit/audit-event.js';
import { AuditTrail } from '../../platform/audit/audit-trail.js';
import { eventOf } from './order.events.js';
import type { Order } from './order.js';
import { OrdersRepository, type OrderEdit } from './orders.repository.js';

/** What a change writes beside the order, in its transaction. */
type Beside = (session: ClientSession, before: Order, after: Order) => Promise<void>;

/** The one way an order changes: read, decide, write if nobody was quicker; with its audit event, both or neither. */
@Injectable()
export class OrderEditor {
  constructor(
    private readonly repository: OrdersRepository,
    private readonly audit: AuditTrail,
  ) {}

  /** @throws AppError `order_not_found` */
  async get(shop: ShopDomain, id: string): Promise<Order> {
    const order = await this.repository.find(shop, id);
    if (!order) throw new AppError('order_not_found', `There is no order "${id}" in this shop.`);
    return order;
  }

  /**
   * Makes the change that `decide` finds fit; it throws what speaks against it, or gives null when nothing is to do. It
   * is asked again when another change came first, unless the caller said which `version` it saw.
   * @throws AppError `order_not_found`, `version_mismatch`
   */
  async change(
    shop: ShopDomain,
    id: string,
    version: number | undefined,
    decide: (order: Order) => OrderEdit | null | Promise<OrderEdit | null>,
    beside?: Beside,
  ): Promise<Order> {
    for (;;) {
      const before = await this.get(shop, id);
      if (version !== undefined && version !== before.version) throw outdated(before);
      const edit = await decide(before);
      if (!edit) return before;
      const after = beside ? await this.together(before, edit, beside) : await this.alone(before, edit);
      if (after) return after;
    }
  }

  /** One write carries the change and its event: many of one order wait for each other instead of failing. */
  private async alone(before: Order, edit: OrderEdit): Promise<Order | null> {
    const event = this.audit.eventOf(orderChange('updated', before, { ...before, ...edit.set }));
    return this.repository.update(before.shop, before, edit, event);
  }

  private async together(before: Order, edit: OrderEdit, beside: Beside): Promise<Order | null> {
    return this.audit.recorded(
      async (session) => {
        const written = await this.repository.updateWithin(session, before.shop, before, edit);
        if (written) await beside(session, before, written);
        return written;
      },
      (written) => written && orderChange('updated', before, written),
    );
  }
}

/** A change of an order for the audit trail, without what only tells of other changes; and its event. */
export function orderChange(action: AuditAction, before: Order | null, after: Order): AuditChange {
  const resourceId = String(after._id);
  const event = eventOf(before, after);
  return {
    ...{ action, resource: 'order', resourceId, shop: after.shop },
    ...{ before: before && written(before), after: written(after) },
    ...(event ? { event } : {}),
  };
}

function written(order: Order): object {
  const { number, status, currency, customerId, lines, discounts, taxes, shipping, totals } = order;
  const { payments, refunds, returns, cancellations, fulfilment, shipments, note, tags, cancelReason } =
    order;
  return {
    ...{ number, status, currency, customerId, lines, discounts, taxes, shipping, totals },
    ...{ payments, refunds, returns, cancellations, fulfilment, shipments, note, tags, cancelReason },
  };
}

function outdated({ version }: Order): AppError {
  return new AppError('version_mismatch', `The order is at version ${version} now; read it again.`);
}
