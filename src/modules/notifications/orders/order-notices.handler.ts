import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { AppError } from '../../../kernel/errors.js';
import type { ShopDomain } from '../../../kernel/shop-domain.js';
import { EventHandler } from '../../../platform/events/event-handler.js';
import type { DomainEvent } from '../../../platform/events/event-type.js';
import { LOGGER } from '../../../platform/observability/observability.module.js';
import { isTransient } from '../../../platform/queue/job-failure.js';
import { orderDelivered, orderPlaced, orderShipped, type OrderEventData } from '../../orders/index.js';
import { orderDeliveredMail, orderPlacedMail, orderShippedMail } from '../templates/order-templates.js';
import { OrderNoticesService } from './order-notices.service.js';

const TOLD_BY: Record<string, string> = {
  [orderPlaced.name]: orderPlacedMail.name,
  [orderShipped.name]: orderShippedMail.name,
  [orderDelivered.name]: orderDeliveredMail.name,
};

/** Tells customers of their orders as they are placed, shipped and delivered. */
@Injectable()
export class OrderNoticesHandler extends EventHandler {
  readonly name = 'order-notices';
  readonly types = [orderPlaced, orderShipped, orderDelivered];

  constructor(
    private readonly notices: OrderNoticesService,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    super();
  }

  async handle(events: readonly DomainEvent[]): Promise<void> {
    for (const { id, type, shop, data } of events) {
      const { id: order, customerId } = data as OrderEventData;
      const template = TOLD_BY[type];
      if (shop === null || customerId === null || template === undefined) continue;
      try {
        await this.notices.tell(shop as ShopDomain, order, customerId, template, id);
      } catch (error) {
        if (!(error instanceof AppError) || isTransient(error)) throw error;
        // the order has gone on, or is gone: there is nothing to tell any more
        this.logger.warn({ err: error, order, template }, 'A notice was not written');
      }
    }
  }
}
