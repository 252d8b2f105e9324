import { Injectable } from '@nestjs/common';
import type { ShopDomain } from '../../kernel/shop-domain.js';
import { EventHandler } from '../../platform/events/event-handler.js';
import type { DomainEvent } from '../../platform/events/event-type.js';
import { orderCancelled, type OrderEventData } from '../orders/index.js';
import { shipmentRequested, type ShipmentRequestedData } from './shipment.events.js';
import { ShipmentTransportsService } from './shipment-transports.service.js';

/** From the sale to the transport. */
@Injectable()
export class ShipmentOrdersHandler extends EventHandler {
  readonly name = 'shipment-orders';
  readonly types = [shipmentRequested, orderCancelled];

  constructor(private readonly transports: ShipmentTransportsService) {
    super();
  }

  async handle(events: readonly DomainEvent[]): Promise<void> {
    for (const { type, shop, data } of events) {
      const own = shop as ShopDomain;
      if (type === orderCancelled.name) await this.transports.callOff(own, (data as OrderEventData).id);
      else {
        const { id, orderId } = data as ShipmentRequestedData;
        await this.transports.commission(own, orderId, id);
      }
    }
  }
}
