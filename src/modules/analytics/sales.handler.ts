import { Injectable } from '@nestjs/common';
import type { ShopDomain } from '../../kernel/shop-domain.js';
import { EventHandler } from '../../platform/events/event-handler.js';
import type { DomainEvent } from '../../platform/events/event-type.js';
import { orderCancelled, orderPaid, orderRefunded, type OrderEventData } from '../orders/index.js';
import { SalesApplier } from './sales-applier.js';

/** Payments and refunds, moments after they were made. What an event of an order does not find, another has added. */
@Injectable()
export class SalesHandler extends EventHandler {
  readonly name = 'sales-analytics';
  readonly types = [orderPaid, orderRefunded, orderCancelled];

  constructor(private readonly applier: SalesApplier) {
    super();
  }

  async handle(events: readonly DomainEvent[]): Promise<void> {
    const byShop = Map.groupBy(events as readonly DomainEvent<OrderEventData>[], ({ shop }) => shop);
    for (const [shop, own] of byShop) {
      const ids = new Set(own.map(({ data }) => data.id));
      if (shop !== null) await this.applier.apply(shop as ShopDomain, [...ids]);
    }
  }
}
