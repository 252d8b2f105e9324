import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Model, trusted, type ClientSession } from 'mongoose';
import type { ShopDomain } from '../../kernel/shop-domain.js';
import type { Subscription, SubscriptionStatus } from './subscription.js';
import { SubscriptionDocument } from './subscription.schema.js';

const PROJECTION = { _id: 0, usageChangedAt: 0 } as const;
const HISTORY = 100;

@Injectable()
export class SubscriptionsRepository {
  constructor(
    @InjectModel(SubscriptionDocument.name) private readonly subscriptions: Model<SubscriptionDocument>,
  ) {}

  async find(shop: ShopDomain): Promise<Subscription | null> {
    return this.subscriptions.findOne({ shop }, PROJECTION).lean<Subscription>();
  }

  /** Stores a first subscription unless the shop has one; whether it did. */
  async insertIfAbsent(subscription: Subscription, session: ClientSession): Promise<boolean> {
    const { upsertedCount } = await this.subscriptions.updateOne(
      { shop: subscription.shop },
      { $setOnInsert: { ...subscription, usageChangedAt: subscription.createdAt } },
      { upsert: true, session },
    );
    return upsertedCount === 1;
  }

  /** Changes plan and status if neither status nor version moved since they were read. */
  async transition(
    current: Subscription,
    next: { plan: string; status: SubscriptionStatus; trialEndsAt: Date | null },
    session: ClientSession,
  ): Promise<Subscription | null> {
    const { shop, status, version } = current;
    const at = new Date();
    return this.subscriptions
      .findOneAndUpdate(
        { shop, status, version },
        {
          $set: { ...next, updatedAt: at },
          $inc: { version: 1 },
          $push: { history: { $each: [{ status: next.status, plan: next.plan, at }], $slice: -HISTORY } },
        },
        { returnDocument: 'after', projection: PROJECTION, session },
      )
      .lean<Subscription>();
  }

  /**
   * Adds `count` to the products in use if they stay within `limit`. Acknowledged by the primary alone: the products
   * are written after it with `majority`, and whatever holds them holds what the oplog has before them.
   */
  async reserveProducts(shop: ShopDomain, count: number, limit: number | null): Promise<boolean> {
    const guard = limit === null ? {} : { 'usage.products': { $lte: limit - count } };
    // past mongoose: each product that is created waits for this
    const { matchedCount } = await this.subscriptions.collection.updateOne(
      { shop, ...guard },
      { $inc: { 'usage.products': count }, $set: { usageChangedAt: new Date() } },
      { writeConcern: { w: 1 } },
    );
    return matchedCount === 1;
  }

  /** Adds a product in use for each time a shop is named, in one command; acknowledged as `reserveProducts` is. */
  async countProducts(shops: ShopDomain[]): Promise<void> {
    const usageChangedAt = new Date();
    const counts = [...Map.groupBy(shops, (shop) => shop)].map(([shop, { length }]) => ({
      updateOne: {
        filter: { shop },
        update: { $inc: { 'usage.products': length }, $set: { usageChangedAt } },
      },
    }));
    await this.subscriptions.collection.bulkWrite(counts, { ordered: false, writeConcern: { w: 1 } });
  }

  async releaseProducts(shop: ShopDomain, count: number): Promise<void> {
    await this.subscriptions.updateOne(
      { shop },
      { $inc: { 'usage.products': -count }, $set: { usageChangedAt: new Date() } },
    );
  }

  /** Sets the counter to what was counted, unless it moved after `before`. */
  async correctProducts(shop: ShopDomain, counted: number, before: Date): Promise<boolean> {
    const { modifiedCount } = await this.subscriptions.updateOne(
      { shop, usageChangedAt: trusted({ $lt: before }), 'usage.products': trusted({ $ne: counted }) },
      { $set: { 'usage.products': counted } },
    );
    return modifiedCount === 1;
  }

  async shopsUnchangedSince(
    before: Date,
    after: ShopDomain | undefined,
    limit: number,
  ): Promise<ShopDomain[]> {
    const found = await this.subscriptions
      .find(
        { ...(after ? { shop: trusted({ $gt: after }) } : {}), usageChangedAt: trusted({ $lt: before }) },
        { shop: 1 },
      )
      .sort({ shop: 1 })
      .limit(limit)
      .hint('shop')
      .lean<Pick<Subscription, 'shop'>[]>();
    return found.map(({ shop }) => shop);
  }

  /** Trials that ended before `now`. */
  async endedTrials(now: Date, limit: number): Promise<Subscription[]> {
    return this.subscriptions
      .find({ status: 'trial', trialEndsAt: trusted({ $lte: now }) }, PROJECTION)
      .sort({ trialEndsAt: 1 })
      .limit(limit)
      .hint('status_trialEndsAt')
      .lean<Subscription[]>();
  }

  async deleteAll(shop: ShopDomain): Promise<void> {
    await this.subscriptions.deleteMany({ shop });
  }
}
