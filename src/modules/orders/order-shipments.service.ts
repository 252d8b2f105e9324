import { Injectable } from '@nestjs/common';
import type { ClientSession } from 'mongoose';
import { AppError } from '../../kernel/errors.js';
import type { ShopDomain } from '../../kernel/shop-domain.js';
import { assertTransition } from '../../kernel/state-machine.js';
import { DevicesService } from '../devices/index.js';
import { InventoryService } from '../inventory/index.js';
import { OrderEditor } from './order-editor.js';
import { OrderFulfilmentService } from './order-fulfilment.service.js';
import { choosePieces, moved, standing, type PiecesWanted } from './order-shipments.js';
import { stockOf, stockThere } from './order-stock.js';
import { entry } from './order-timeline.js';
import { ORDER_TRANSITIONS, type Order, type Shipment, type ShipmentStatus } from './order.js';
import { OrdersRepository, type OrderEdit } from './orders.repository.js';

/** What a report about a shipment meant for its order. */
export type Followed = 'followed' | 'no_shipment' | 'order_closed';

/** Pieces of an order that travel together: the order follows where they are, whoever moves them. */
@Injectable()
export class OrderShipmentsService {
  constructor(
    private readonly repository: OrdersRepository,
    private readonly editor: OrderEditor,
    private readonly fulfilment: OrderFulfilmentService,
    private readonly inventory: InventoryService,
    private readonly devices: DevicesService,
  ) {}

  /**
   * Makes a shipment of pieces of a paid order, under the id it is given; `beside` writes in the same transaction.
   * @throws AppError `order_not_found`, `version_mismatch`, `invalid_transition`, `order_line_not_found`,
   * `shipment_too_large`, `validation_failed`, `conflict`
   */
  async request(
    shop: ShopDomain,
    orderId: string,
    shipmentId: string,
    wanted: PiecesWanted,
    version: number | undefined,
    beside: (session: ClientSession, order: Order, shipment: Shipment) => Promise<void>,
  ): Promise<Order> {
    let shipment: Shipment | undefined;
    return this.editor.change(
      shop,
      orderId,
      version,
      (order) => {
        const { status, shipments = [], fulfilment } = order;
        if (shipments.some(({ id }) => id === shipmentId)) return null;
        if (status !== 'fulfilling') assertTransition(ORDER_TRANSITIONS, status, 'fulfilling');
        shipment = {
          ...{ id: shipmentId, ...choosePieces(order, wanted), status: 'requested', sequence: 0 },
          ...{ requestedAt: new Date(), shippedAt: null, deliveredAt: null },
        };
        const startedAt = fulfilment.startedAt ?? shipment.requestedAt;
        return {
          set: {
            status: 'fulfilling',
            shipments: [...shipments, shipment],
            fulfilment: { ...fulfilment, reference: shipmentId, startedAt },
          },
          timeline: [entry('shipment_requested', shipmentId)],
        };
      },
      async (session, before) => {
        if (shipment) await beside(session, before, shipment);
      },
    );
  }

  /**
   * Notes where a shipment is. `sequence` grows with its reports: an older one changes nothing.
   * `order_closed` says that the order was cancelled or came back, and does not expect it.
   */
  async follow(
    shop: ShopDomain,
    shipmentId: string,
    status: ShipmentStatus,
    sequence: number,
  ): Promise<Followed> {
    const known = await this.repository.ofShipment(shop, shipmentId);
    if (!known) return 'no_shipment';
    const id = String(known._id);
    if (status === 'shipped' || status === 'delivered') await this.fulfilment.settle(shop, id);
    const order = await this.editor.change(
      shop,
      id,
      undefined,
      (current) => {
        const shipment = shipmentOf(current, shipmentId);
        const isOld = shipment.sequence >= sequence || shipment.status === status;
        return isOld ? null : afterMove(current, shipmentId, status, sequence);
      },
      (session, before) => this.leave(session, before, shipmentId, status, sequence),
    );
    return isClosed(order) ? 'order_closed' : 'followed';
  }

  /** The stock of what leaves now; when it is the last of the order, whatever did not have to travel, too. */
  private async leave(
    session: ClientSession,
    before: Order,
    shipmentId: string,
    status: ShipmentStatus,
    sequence: number,
  ): Promise<void> {
    const { shop, _id } = before;
    const shipment = shipmentOf(before, shipmentId);
    const leaves = (status === 'shipped' || status === 'delivered') && shipment.shippedAt === null;
    if (!leaves || before.status !== 'fulfilling') return;
    const isLast = afterMove(before, shipmentId, status, sequence).set.status !== undefined;
    const items = isLast ? stockThere(before) : stockOf(before, shipment.lines);
    await this.inventory.move(shop, items, 'ship', session);
    if (isLast) await this.devices.ship(shop, String(_id), session);
  }
}

function shipmentOf({ shipments = [] }: Order, id: string): Shipment {
  const shipment = shipments.find((one) => one.id === id);
  if (!shipment) throw new AppError('shipment_not_found', `The order has no shipment "${id}".`);
  return shipment;
}

const isClosed = ({ status }: Order): boolean => status === 'cancelled' || status === 'returned';

/** What an order is once one of its shipments is somewhere. */
function afterMove(order: Order, id: string, status: ShipmentStatus, sequence: number): OrderEdit {
  const shipments = moved(order.shipments ?? [], id, status, sequence);
  const set = { shipments, ...standing({ ...order, shipments }) };
  return { set, timeline: [entry(`shipment_${status}`, id)] };
}
