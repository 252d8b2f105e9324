import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Model, Types, type ClientSession, type mongo } from 'mongoose';
import type { ShopDomain } from '../../kernel/shop-domain.js';
import type { AuditEventDocument } from '../../platform/audit/audit-event.schema.js';
import { AuditOutbox, type Outlet } from '../../platform/audit/audit-outbox.js';
import type { Order, OrderStatus, Sale, TimelineEntry } from './order.js';
import { OrderDocument } from './order.schema.js';
import type { OrderQuery } from './orders.query.js';

/** What a change writes of an order. */
export interface OrderEdit {
  set: Partial<
    Omit<Order, '_id' | 'shop' | 'version' | 'updatedAt' | 'timeline' | 'sales' | 'pendingSalesAt'>
  >;
  /** Whether an unpaid order's time limit ends. */
  unlimited?: boolean;
  timeline: TimelineEntry[];
  sale?: Sale;
}

const TIMELINE = 1_000;
/** What only the machinery reads. */
const INTERNAL = { pendingAudit: 0, sales: 0 } as const;
const LIST = { ...INTERNAL, timeline: 0 } as const;

/** The `orders` collection, through the native collection (ADR 0004): lists and creation are hot paths. */
@Injectable()
export class OrdersRepository {
  private readonly orders: mongo.Collection<OrderDocument>;
  private readonly outlet: Outlet;

  constructor(@InjectModel(OrderDocument.name) model: Model<OrderDocument>, outbox: AuditOutbox) {
    this.orders = model.collection as unknown as mongo.Collection<OrderDocument>;
    this.outlet = outbox.register(this.orders);
  }

  /** Stores a new order and the event of its creation, in one write. */
  async insert(order: Order, event: AuditEventDocument): Promise<void> {
    await this.orders.insertOne({ ...order, pendingAudit: [event] });
    this.outlet.written(order._id);
  }

  async find(shop: ShopDomain, id: string): Promise<Order | null> {
    if (!Types.ObjectId.isValid(id)) return null;
    return this.orders.findOne(
      { _id: new Types.ObjectId(id), shop },
      { projection: INTERNAL, readPreference: 'primary' },
    );
  }

  /** The order that a shipment is of. */
  async ofShipment(shop: ShopDomain, shipmentId: string): Promise<Pick<Order, '_id'> | null> {
    return this.orders.findOne(
      { shop, 'shipments.id': shipmentId },
      { projection: { _id: 1 }, hint: 'shop_shipments.id', readPreference: 'primary' },
    );
  }

  /** What decides over an order's reservation. */
  async reservationOf(
    shop: ShopDomain,
    id: string,
  ): Promise<(Pick<Order, 'reservationId' | 'payments'> & { status: OrderStatus }) | null> {
    return this.orders.findOne(
      { _id: new Types.ObjectId(id), shop },
      { projection: { status: 1, reservationId: 1, payments: 1 }, readPreference: 'primary' },
    );
  }

  /** One command for a page. */
  async list({ filter, sort, hint }: OrderQuery, limit: number): Promise<Order[]> {
    return this.orders
      .find(filter, { projection: LIST, sort, hint, limit, batchSize: limit, singleBatch: true })
      .toArray();
  }

  /** The highest number of a shop, 0 before its first order. */
  async lastNumber(shop: ShopDomain): Promise<number> {
    const last = await this.orders.findOne(
      { shop, number: { $gte: 1 } },
      { projection: { number: 1 }, sort: { number: -1 }, hint: 'shop_number', readPreference: 'primary' },
    );
    return last?.number ?? 0;
  }

  /** Makes a change and stores its event, in one write, if the version still is the expected one. */
  async update(
    shop: ShopDomain,
    { _id, version }: Pick<Order, '_id' | 'version'>,
    edit: OrderEdit,
    event: AuditEventDocument,
  ): Promise<Order | null> {
    const { $push, ...update } = updateOf(edit);
    const updated = await this.orders.findOneAndUpdate(
      { _id, shop, version },
      { ...update, $push: { ...$push, pendingAudit: event } } as mongo.UpdateFilter<OrderDocument>,
      { returnDocument: 'after', projection: INTERNAL },
    );
    if (updated) this.outlet.written(_id);
    return updated;
  }

  /** The same in a transaction with other writes, its event among them. */
  async updateWithin(
    session: ClientSession,
    shop: ShopDomain,
    { _id, version }: Pick<Order, '_id' | 'version'>,
    edit: OrderEdit,
  ): Promise<Order | null> {
    return this.orders.findOneAndUpdate(
      { _id, shop, version },
      updateOf(edit) as mongo.UpdateFilter<OrderDocument>,
      { returnDocument: 'after', projection: INTERNAL, session: session },
    );
  }

  /** Unpaid orders whose time was over at `now`. */
  async expired(now: Date, limit: number): Promise<Pick<Order, '_id' | 'shop'>[]> {
    return this.orders
      .find({ expiresAt: { $lte: now } }, { projection: { shop: 1 }, hint: 'expiresAt', limit })
      .toArray();
  }

  async deleteAll(shop: ShopDomain): Promise<void> {
    await this.orders.deleteMany({ shop }, { hint: 'shop_createdAt' });
  }
}

function updateOf({ set, unlimited, timeline, sale }: OrderEdit) {
  return {
    $set: { ...set, updatedAt: new Date() },
    ...(unlimited ? { $unset: { expiresAt: 1 } } : {}),
    $inc: { version: 1 },
    $push: {
      timeline: { $each: timeline, $slice: -TIMELINE },
      ...(sale ? { sales: sale } : {}),
    },
    ...(sale ? { $min: { pendingSalesAt: sale.at } } : {}),
  };
}
