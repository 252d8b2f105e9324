import { Injectable } from '@nestjs/common';
import type { ShopDomain } from '../../kernel/shop-domain.js';
import { EventHandler } from '../../platform/events/event-handler.js';
import type { DomainEvent } from '../../platform/events/event-type.js';
import { transportStatusChanged, type TransportStatusData } from '../transport-orders/index.js';
import { ShipmentTransportsService } from './shipment-transports.service.js';

/** From the transport back to the sale. */
@Injectable()
export class ShipmentStatusHandler extends EventHandler {
  readonly name = 'shipment-status';
  readonly types = [transportStatusChanged];

  constructor(private readonly transports: ShipmentTransportsService) {
    super();
  }

  async handle(events: readonly DomainEvent[]): Promise<void> {
    for (const { id, shop, data } of events as readonly DomainEvent<TransportStatusData>[])
      if (shop !== null) await this.transports.follow(shop as ShopDomain, id, data);
  }
}
