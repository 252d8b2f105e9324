import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Model, Types, type ClientSession, type mongo } from 'mongoose';
import type { ShopDomain } from '../../kernel/shop-domain.js';
import type { Order } from './order.js';
import { OrderDocument } from './order.schema.js';

/** An order as far as its sales go. */
export type SoldOrder = Pick<Order, '_id' | 'shop' | 'currency' | 'sales'>;

const SOLD = { shop: 1, currency: 1, sales: 1 } as const;

/** The sales inside of orders: what came in and what was given back, and which of it the aggregates hold. */
@Injectable()
export class SalesRepository {
  private readonly orders: mongo.Collection<OrderDocument>;

  constructor(@InjectModel(OrderDocument.name) model: Model<OrderDocument>) {
    this.orders = model.collection as unknown as mongo.Collection<OrderDocument>;
  }

  /** Those of the orders with a sale that no aggregate holds, as the transaction sees them. */
  async unapplied(shop: ShopDomain, ids: readonly string[], session: ClientSession): Promise<SoldOrder[]> {
    const _id = { $in: ids.map((id) => new Types.ObjectId(id)) };
    const filter = { _id, shop, pendingSalesAt: { $exists: true } };
    return this.orders.find<SoldOrder>(filter, { projection: SOLD, session: session }).toArray();
  }

  /** Notes that the aggregates hold all sales that the orders have in this transaction. */
  async markApplied(shop: ShopDomain, ids: readonly Types.ObjectId[], session: ClientSession): Promise<void> {
    await this.orders.updateMany(
      { _id: { $in: [...ids] }, shop },
      { $set: { 'sales.$[].applied': true }, $unset: { pendingSalesAt: 1 } },
      { session: session },
    );
  }

  /** Orders with a sale since before `before` that no aggregate holds, the oldest first. */
  async pending(before: Date, limit: number): Promise<Pick<Order, '_id' | 'shop'>[]> {
    return this.orders
      .find(
        { pendingSalesAt: { $lte: before } },
        { projection: { shop: 1 }, sort: { pendingSalesAt: 1 }, hint: 'pendingSalesAt', limit },
      )
      .toArray();
  }

  /** The orders with a sale on a UTC day, with all their sales. */
  ofDay(shop: ShopDomain, day: string, session?: ClientSession): AsyncIterable<SoldOrder> {
    const options = session ? { session: session } : { readPreference: 'primary' as const };
    return this.orders.find<SoldOrder>(
      { shop, 'sales.day': day },
      { projection: SOLD, hint: 'shop_sales.day', batchSize: 500, ...options },
    );
  }
}
