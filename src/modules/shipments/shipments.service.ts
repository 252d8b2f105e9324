import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Types } from 'mongoose';
import { AppError } from '../../kernel/errors.js';
import type { ShopDomain } from '../../kernel/shop-domain.js';
import { AuditTrail } from '../../platform/audit/audit-trail.js';
import { occurrence } from '../../platform/events/event-type.js';
import { newId } from '../../platform/idempotency/creation.js';
import { TenantData } from '../../platform/tenancy/tenant-data.js';
import { OrderShipmentsService, OrdersService, type Order, type Shipment } from '../orders/index.js';
import { assertTerms } from '../transport-orders/index.js';
import { shipmentRequested } from './shipment.events.js';
import { termsOf, type Travel } from './shipment-terms.js';
import { ShipmentsRepository } from './shipments.repository.js';

export interface ShipmentWanted {
  lines?: Shipment['lines'];
  locationId?: string;
  transport: Travel;
}

/** Pieces of a shop's orders on their way: what makes a transport order of a sale. */
@Injectable()
export class ShipmentsService implements OnModuleInit {
  constructor(
    private readonly repository: ShipmentsRepository,
    private readonly shipments: OrderShipmentsService,
    private readonly orders: OrdersService,
    private readonly audit: AuditTrail,
    private readonly tenants: TenantData,
  ) {}

  onModuleInit(): void {
    this.tenants.register('shipments', (shop) => this.repository.deleteAll(shop));
  }

  /**
   * Has pieces of an order moved: the order's part, how it is to travel and the event that makes the transport are one
   * transaction.
   * @throws AppError `order_not_found`, `invalid_transition`, `version_mismatch`, `order_line_not_found`,
   * `shipment_too_large`, `conflict`, `validation_failed`
   */
  async request(
    shop: ShopDomain,
    orderId: string,
    { transport, ...pieces }: ShipmentWanted,
    version?: number,
  ): Promise<{ order: Order; shipment: Shipment }> {
    const id = newId('shipment');
    const order = await this.shipments.request(
      shop,
      orderId,
      String(id),
      pieces,
      version,
      async (session, before, shipment) => {
        const terms = termsOf(before, shipment, transport);
        assertTerms(terms);
        await this.repository.insert({ _id: id, shop, orderId, terms, createdAt: new Date() }, session);
        await this.audit.record(
          {
            ...{ action: 'created', resource: 'shipment', resourceId: String(id), shop },
            after: { orderId, lines: shipment.lines, locationId: shipment.locationId, terms },
            event: occurrence(shipmentRequested, 1, { id: String(id), orderId }),
          },
          session,
        );
      },
    );
    return { order, shipment: shipmentOf(order, String(id)) };
  }

  /** @throws AppError `order_not_found`, `shipment_not_found` */
  async get(shop: ShopDomain, orderId: string, id: string): Promise<Shipment> {
    if (!Types.ObjectId.isValid(id)) throw notFound(id);
    return shipmentOf(await this.orders.get(shop, orderId), id);
  }
}

function shipmentOf({ shipments = [] }: Order, id: string): Shipment {
  const shipment = shipments.find((one) => one.id === id);
  if (!shipment) throw notFound(id);
  return shipment;
}

function notFound(id: string): AppError {
  return new AppError('shipment_not_found', `The order has no shipment "${id}".`);
}
