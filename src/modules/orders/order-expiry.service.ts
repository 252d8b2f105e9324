import { Injectable } from '@nestjs/common';
import type { ExpiredHold } from '../inventory/index.js';
import { InventoryService } from '../inventory/index.js';
import { OrderFulfilmentService } from './order-fulfilment.service.js';
import { OrdersRepository } from './orders.repository.js';

const AT_ONCE = 200;
/** A request that made a reservation has ended long before (its deadline is 10 s). */
const GRACE_MS = 60_000;

/** Gives stock back that nobody paid for, and what a process that died had reserved for an order that never came. */
@Injectable()
export class OrderExpiryService {
  constructor(
    private readonly repository: OrdersRepository,
    private readonly fulfilment: OrderFulfilmentService,
    private readonly inventory: InventoryService,
  ) {}

  /** Works off all that is due at `now`; safe to run again, or twice at once. */
  async run(now: Date): Promise<{ expired: number; settled: number }> {
    let expired = 0;
    for (;;) {
      const due = await this.repository.expired(now, AT_ONCE);
      for (const { shop, _id } of due) if (await this.fulfilment.expire(shop, String(_id), now)) expired++;
      if (due.length < AT_ONCE) break;
    }
    let settled = 0;
    for (;;) {
      const holds = await this.inventory.expiredHolds(new Date(now.getTime() - GRACE_MS), AT_ONCE);
      let moved = 0;
      for (const hold of holds) if (await this.settle(hold)) moved++;
      settled += moved;
      if (holds.length < AT_ONCE || moved === 0) return { expired, settled };
    }
  }

  /** The order says what becomes of the pieces; without one they are for sale again. */
  private async settle({ shop, reservation, owner, ...item }: ExpiredHold): Promise<boolean> {
    const order = await this.repository.reservationOf(shop, owner);
    const isOurs = order?.reservationId === reservation;
    if (isOurs && order.status === 'pending') return false; // its own time ends it
    if (isOurs && order.payments.length > 0) await this.inventory.commit(shop, reservation, [item]);
    else await this.inventory.release(shop, reservation, [item]);
    return true;
  }
}
