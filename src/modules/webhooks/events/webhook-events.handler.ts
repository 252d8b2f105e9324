import { Injectable } from '@nestjs/common';
import type { ShopDomain } from '../../../kernel/shop-domain.js';
import { EventHandler } from '../../../platform/events/event-handler.js';
import { eventTypes, type DomainEvent } from '../../../platform/events/event-type.js';
import { WebhookPublisher } from './webhook-publisher.js';

/** Brings what happens to a shop's things to its endpoints. */
@Injectable()
export class WebhookEventsHandler extends EventHandler {
  readonly name = 'webhooks';

  constructor(private readonly publisher: WebhookPublisher) {
    super();
  }

  get types() {
    return eventTypes();
  }

  async handle(events: readonly DomainEvent[]): Promise<void> {
    for (const { id, type, at, shop, data } of events)
      if (shop !== null) await this.publisher.publish(id, { type, at, shop: shop as ShopDomain, data });
  }
}
