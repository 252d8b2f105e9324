import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Model, mongo, trusted, Types, type ClientSession } from 'mongoose';
import type { ShopDomain } from '../../../kernel/shop-domain.js';
import { WebhookDeliveryDocument, type DeliveryAttempt } from './webhook-delivery.schema.js';

/** How many tries of a delivery are kept; replays can make more. */
const KEPT_ATTEMPTS = 20;
const DUE = 'endpoint_due';

export type NewDelivery = Pick<WebhookDeliveryDocument, 'endpoint' | 'eventId' | 'eventType' | 'body'>;

/** What waits to be sent. */
@Injectable()
export class DeliveryQueueRepository {
  constructor(
    @InjectModel(WebhookDeliveryDocument.name) private readonly deliveries: Model<WebhookDeliveryDocument>,
  ) {}

  /** Stores deliveries; those of an event and endpoint that are there already stay as they are. */
  async insertNew(
    shop: ShopDomain,
    deliveries: readonly NewDelivery[],
    now: Date,
    expiresAt: Date,
  ): Promise<void> {
    const documents = deliveries.map((delivery) => ({
      ...delivery,
      ...{ _id: new Types.ObjectId(), shop, status: 'pending' as const, tries: 0, attempts: [] },
      ...{ dueAt: now, createdAt: now, finishedAt: null, expiresAt },
    }));
    try {
      await this.deliveries.collection.insertMany(documents, { ordered: false });
    } catch (error) {
      if (!(error instanceof mongo.MongoBulkWriteError) || !onlyDuplicates(error)) throw error;
    }
  }

  /** One delivery in the caller's transaction. */
  async insert(
    shop: ShopDomain,
    id: Types.ObjectId,
    delivery: NewDelivery,
    now: Date,
    expiresAt: Date,
    session: ClientSession,
  ): Promise<WebhookDeliveryDocument> {
    const document: WebhookDeliveryDocument = {
      ...delivery,
      ...{ _id: id, shop, status: 'pending', tries: 0, attempts: [] },
      ...{ dueAt: now, createdAt: now, finishedAt: null, expiresAt },
    };
    await this.deliveries.collection.insertOne(document, { session });
    return document;
  }

  /** What an endpoint should be sent now, longest due first. */
  async due(
    shop: ShopDomain,
    endpoint: Types.ObjectId,
    now: Date,
    limit: number,
  ): Promise<WebhookDeliveryDocument[]> {
    return this.deliveries
      .find({ shop, endpoint, status: 'pending', dueAt: trusted({ $lte: now }) }, { attempts: 0 })
      .sort({ dueAt: 1 })
      .limit(limit)
      .hint(DUE)
      .lean<WebhookDeliveryDocument[]>();
  }

  /** When the next pending delivery of an endpoint is due; undefined when none is. */
  async nextDue(shop: ShopDomain, endpoint: Types.ObjectId): Promise<Date | undefined> {
    const next = await this.deliveries
      .findOne({ shop, endpoint, status: 'pending' }, { dueAt: 1 })
      .sort({ dueAt: 1 })
      .hint(DUE)
      .lean<Pick<WebhookDeliveryDocument, 'dueAt'>>();
    return next?.dueAt;
  }

  /** Logs a try and what follows; without effect when another worker has noted the same try. */
  async noteAttempt(
    { _id, shop, tries }: WebhookDeliveryDocument,
    attempt: DeliveryAttempt,
    next: Pick<WebhookDeliveryDocument, 'status' | 'dueAt' | 'finishedAt'>,
  ): Promise<void> {
    await this.deliveries.updateOne(
      { _id, shop, status: 'pending', tries },
      {
        $set: { ...next },
        $inc: { tries: 1 },
        $push: { attempts: { $each: [attempt], $slice: -KEPT_ATTEMPTS } },
      },
    );
  }
}

function onlyDuplicates(error: mongo.MongoBulkWriteError): boolean {
  const errors = Array.isArray(error.writeErrors) ? error.writeErrors : [error.writeErrors];
  return errors.every(({ code }) => code === 11000);
}
