import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Model, trusted, Types, type ClientSession } from 'mongoose';
import type { ShopDomain } from '../../../kernel/shop-domain.js';
import { WebhookDeliveryDocument, type DeliveryStatus } from './webhook-delivery.schema.js';

export interface DeliveryFilter {
  endpoint?: Types.ObjectId;
  status?: DeliveryStatus;
}

/** What owners do with deliveries; sending them is in `DeliveryQueueRepository`. */
@Injectable()
export class WebhookDeliveriesRepository {
  constructor(
    @InjectModel(WebhookDeliveryDocument.name) private readonly deliveries: Model<WebhookDeliveryDocument>,
  ) {}

  async find(shop: ShopDomain, id: string): Promise<WebhookDeliveryDocument | null> {
    if (!Types.ObjectId.isValid(id)) return null;
    return this.deliveries.findOne({ _id: new Types.ObjectId(id), shop }).lean<WebhookDeliveryDocument>();
  }

  /** Newest first, after the delivery `before`; without bodies and answers, which are large. */
  async list(
    shop: ShopDomain,
    { endpoint, status }: DeliveryFilter,
    before: Types.ObjectId | undefined,
    limit: number,
  ): Promise<WebhookDeliveryDocument[]> {
    const index = `${endpoint ? 'endpoint' : 'shop'}${status ? '_status' : ''}_id`;
    return this.deliveries
      .find(
        {
          shop,
          ...(endpoint ? { endpoint } : {}),
          ...(status ? { status } : {}),
          ...(before ? { _id: trusted({ $lt: before }) } : {}),
        },
        { body: 0, 'attempts.response': 0 },
      )
      .sort({ _id: -1 })
      .limit(limit)
      .hint(index)
      .lean<WebhookDeliveryDocument[]>();
  }

  /** Makes a finished delivery wait again, with all its tries before it; false when it is not there or pending. */
  async replay(shop: ShopDomain, id: Types.ObjectId, now: Date, session: ClientSession): Promise<boolean> {
    const { modifiedCount } = await this.deliveries.updateOne(
      { _id: id, shop, status: trusted({ $ne: 'pending' }) },
      { $set: { status: 'pending', tries: 0, dueAt: now, finishedAt: null } },
      { session },
    );
    return modifiedCount === 1;
  }

  /** Makes the failed deliveries of an endpoint since a time wait again. Returns how many. */
  async replayFailed(shop: ShopDomain, endpoint: Types.ObjectId, since: Date, now: Date): Promise<number> {
    const from = Types.ObjectId.createFromTime(Math.floor(since.getTime() / 1000));
    const { modifiedCount } = await this.deliveries
      .updateMany(
        { shop, endpoint, status: 'failed', _id: trusted({ $gte: from }) },
        { $set: { status: 'pending', tries: 0, dueAt: now, finishedAt: null } },
      )
      .hint('endpoint_status_id');
    return modifiedCount;
  }

  /** Gives up what still waits for an endpoint that is sent nothing any more. */
  async giveUp(shop: ShopDomain, endpoint: Types.ObjectId, now: Date): Promise<number> {
    const { modifiedCount } = await this.deliveries
      .updateMany({ shop, endpoint, status: 'pending' }, { $set: { status: 'failed', finishedAt: now } })
      .hint('endpoint_due');
    return modifiedCount;
  }

  async deleteOf(shop: ShopDomain, endpoint: Types.ObjectId): Promise<void> {
    await this.deliveries.deleteMany({ shop, endpoint }).hint('endpoint_id');
  }

  async deleteAll(shop: ShopDomain): Promise<void> {
    await this.deliveries.deleteMany({ shop }).hint('shop_id');
  }
}
