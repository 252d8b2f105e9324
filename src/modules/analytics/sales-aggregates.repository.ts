import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Model, type ClientSession, type mongo } from 'mongoose';
import type { ShopDomain } from '../../kernel/shop-domain.js';
import { ProductSalesDayDocument, SalesDayDocument } from './sales-day.schema.js';
import { slotOf, utcDayOf, type OrderFigures, type ProductFigures, type SalesDay } from './sales-figures.js';

/** A time range by slots: from its first moment to before its end, in epoch milliseconds. */
export interface SlotRange {
  start: number;
  end: number;
}

export interface ProductSum extends ProductFigures {
  productId: string;
  net: number;
}

export type ProductOrder = 'net' | 'sold';

const HINTS = { days: 'shop_day_currency', products: 'shop_day_currency_productId' } as const;
const PLAIN = { _id: 0, shop: 0 } as const;

/** The collections `sales_days` and `product_sales_days`, natively (ADR 0004). */
@Injectable()
export class SalesAggregatesRepository {
  private readonly days: mongo.Collection<SalesDayDocument>;
  private readonly products: mongo.Collection<ProductSalesDayDocument>;

  constructor(
    @InjectModel(SalesDayDocument.name) days: Model<SalesDayDocument>,
    @InjectModel(ProductSalesDayDocument.name) products: Model<ProductSalesDayDocument>,
  ) {
    this.days = days.collection as unknown as mongo.Collection<SalesDayDocument>;
    this.products = products.collection as unknown as mongo.Collection<ProductSalesDayDocument>;
  }

  /** Adds figures to what is there; two commands. */
  async add(
    shop: ShopDomain,
    days: readonly SalesDay<OrderFigures>[],
    products: readonly SalesDay<ProductFigures>[],
    session: ClientSession,
  ): Promise<void> {
    if (days.length > 0) await this.days.bulkWrite(additions(shop, days), { session: session });
    if (products.length > 0) await this.products.bulkWrite(additions(shop, products), { session: session });
  }

  /** All that is kept of a UTC day. */
  async ofDay(
    shop: ShopDomain,
    day: string,
    session?: ClientSession,
  ): Promise<{ days: SalesDay<OrderFigures>[]; products: SalesDay<ProductFigures>[] }> {
    const options = session ? { session: session } : { readPreference: 'primary' as const };
    const filter = { shop, day };
    return {
      days: await this.days
        .find<SalesDay<OrderFigures>>(filter, { projection: PLAIN, hint: HINTS.days, ...options })
        .toArray(),
      products: await this.products
        .find<SalesDay<ProductFigures>>(filter, { projection: PLAIN, hint: HINTS.products, ...options })
        .toArray(),
    };
  }

  /** Puts figures in the place of all that is kept of a UTC day. */
  async replace(
    shop: ShopDomain,
    day: string,
    days: readonly SalesDay<OrderFigures>[],
    products: readonly SalesDay<ProductFigures>[],
    session: ClientSession,
  ): Promise<void> {
    await this.days.deleteMany({ shop, day }, { hint: HINTS.days, session: session });
    await this.products.deleteMany({ shop, day }, { hint: HINTS.products, session: session });
    await this.add(shop, days, products, session);
  }

  /** The days that a range touches, in their order; one command. */
  async daysWithin(shop: ShopDomain, currency: string, range: SlotRange): Promise<SalesDay<OrderFigures>[]> {
    const day = { $gte: utcDayOf(range.start), $lte: utcDayOf(range.end - 1) };
    return this.days
      .find<SalesDay<OrderFigures>>(
        { shop, day, currency },
        { projection: PLAIN, sort: { day: 1 }, hint: HINTS.days, batchSize: 1_000 },
      )
      .toArray();
  }

  /** The products that sold best in a range, and how many sold or came back at all; one command. */
  async topProducts(
    shop: ShopDomain,
    currency: string,
    range: SlotRange,
    by: ProductOrder,
    limit: number,
  ): Promise<{ count: number; top: ProductSum[] }> {
    const pipeline = productPipeline(shop, currency, range, by, limit);
    const [found] = await this.products
      .aggregate<{ count: number; top: ProductSum[] }>(pipeline, { hint: HINTS.products })
      .toArray();
    return found ?? { count: 0, top: [] };
  }

  async deleteAll(shop: ShopDomain): Promise<void> {
    await this.days.deleteMany({ shop }, { hint: HINTS.days });
    await this.products.deleteMany({ shop }, { hint: HINTS.products });
  }
}

function additions<D extends SalesDayDocument | ProductSalesDayDocument>(
  shop: ShopDomain,
  days: readonly SalesDay<OrderFigures | ProductFigures>[],
): mongo.AnyBulkWriteOperation<D>[] {
  return days.map(({ slots, ...key }) => {
    const $inc = Object.fromEntries(
      Object.entries(slots).flatMap(([slot, figures]) =>
        Object.entries(figures).map(([name, by]: [string, number]) => [`slots.${slot}.${name}`, by]),
      ),
    );
    return { updateOne: { filter: { shop, ...key }, update: { $inc }, upsert: true } };
  }) as unknown as mongo.AnyBulkWriteOperation<D>[];
}

/** Sums by product over the slots of the range; the days between the first and the last are in it whole. */
function productPipeline(
  shop: ShopDomain,
  currency: string,
  { start, end }: SlotRange,
  by: ProductOrder,
  limit: number,
): mongo.Document[] {
  const [first, last] = [utcDayOf(start), utcDayOf(end - 1)];
  const slot = { $toInt: '$$this.k' };
  const within = {
    $and: [
      { $or: [{ $ne: ['$day', first] }, { $gte: [slot, slotOf(new Date(start))] }] },
      { $or: [{ $ne: ['$day', last] }, { $lte: [slot, slotOf(new Date(end - 1))] }] },
    ],
  };
  const sum = (name: keyof ProductFigures) => ({ $sum: { $sum: `$slots.v.${name}` } });
  const figures = {
    ...{ sold: sum('sold'), revenue: sum('revenue') },
    ...{ takenBack: sum('takenBack'), refunded: sum('refunded') },
  };
  const inRange = { $filter: { input: { $objectToArray: '$slots' }, cond: within } };
  return [
    { $match: { shop, day: { $gte: first, $lte: last }, currency } },
    { $project: { productId: 1, slots: inRange } },
    { $match: { 'slots.0': { $exists: true } } },
    { $group: { _id: '$productId', ...figures } },
    { $project: { _id: 0, productId: '$_id', sold: 1, revenue: 1, takenBack: 1, refunded: 1 } },
    { $set: { net: { $subtract: ['$revenue', '$refunded'] } } },
    {
      $group: {
        _id: null,
        count: { $sum: 1 },
        top: { $topN: { n: limit, sortBy: { [by]: -1, productId: 1 }, output: '$$ROOT' } },
      },
    },
    { $project: { _id: 0, count: 1, top: 1 } },
  ];
}
