import { Injectable } from '@nestjs/common';
import { AppError } from '../../kernel/errors.js';
import type { ShopDomain } from '../../kernel/shop-domain.js';
import { OrderShipmentsService, OrdersService, type ShipmentStatus } from '../orders/index.js';
import { CommissionedTransportsService, type TransportStatusData } from '../transport-orders/index.js';
import { ShipmentsRepository } from './shipments.repository.js';
import { TasksService } from './tasks/tasks.service.js';

/** What a transport says of its shipment; what is not here says nothing new. */
const MEANS: Partial<Record<TransportStatusData['status'], ShipmentStatus>> = {
  PENDING: 'requested',
  PICKED_UP: 'shipped',
  IN_TRANSIT: 'shipped',
  DELIVERED: 'delivered',
  FAILED: 'failed',
  CANCELLED: 'cancelled',
};

/** Brings orders and the transports of their shipments together: each step by an event, each safe to repeat. */
@Injectable()
export class ShipmentTransportsService {
  constructor(
    private readonly repository: ShipmentsRepository,
    private readonly orders: OrdersService,
    private readonly shipments: OrderShipmentsService,
    private readonly transports: CommissionedTransportsService,
    private readonly tasks: TasksService,
  ) {}

  /** Has a shipment moved, unless its order was cancelled meanwhile. */
  async commission(shop: ShopDomain, orderId: string, id: string): Promise<void> {
    const shipment = await this.repository.find(shop, id);
    if (!shipment) return; // the shop has left
    if (await this.isCancelled(shop, orderId)) return;
    await this.transports.commission(shop, id, shipment.terms);
    // a cancellation in between found nothing to call off
    if (await this.isCancelled(shop, orderId)) await this.callOff(shop, orderId);
  }

  /** Calls off what is on its way to be picked up for an order that was cancelled. */
  async callOff(shop: ShopDomain, orderId: string): Promise<void> {
    for (const { _id } of await this.repository.ofOrder(shop, orderId))
      await this.transports.callOff(shop, String(_id), 'The order was cancelled.');
  }

  /** Tells the order where its shipment is; what needs somebody becomes a task. */
  async follow(shop: ShopDomain, eventId: string, data: TransportStatusData): Promise<void> {
    const { transportOrderId: id, status, note, version } = data;
    const means = MEANS[status];
    if (means === undefined || !(await this.repository.find(shop, id))) return;
    const followed = await this.shipments.follow(shop, id, means, version);
    if (followed === 'no_shipment') return;
    const about = { shipmentId: id, eventId, note };
    if (followed === 'order_closed') {
      if (status === 'PICKED_UP') await this.tasks.open(shop, 'order_was_cancelled', about);
    } else if (status === 'FAILED') await this.tasks.open(shop, 'transport_failed', about);
    else if (status === 'CANCELLED') await this.tasks.open(shop, 'transport_cancelled', about);
  }

  private async isCancelled(shop: ShopDomain, orderId: string): Promise<boolean> {
    try {
      return (await this.orders.get(shop, orderId)).status === 'cancelled';
    } catch (error) {
      if (error instanceof AppError && error.code === 'order_not_found') return true; // gone with its shop
      throw error;
    }
  }
}
