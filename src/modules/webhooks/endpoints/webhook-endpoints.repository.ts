import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Model, Types, type ClientSession } from 'mongoose';
import type { ShopDomain } from '../../../kernel/shop-domain.js';
import {
  WebhookEndpointDocument,
  type DisabledReason,
  type StoredSecret,
} from './webhook-endpoint.schema.js';

const LIST = 'shop_place';

export type EndpointChange = Partial<
  Pick<
    WebhookEndpointDocument,
    'url' | 'description' | 'eventTypes' | 'status' | 'disabledReason' | 'disabledAt' | 'health'
  >
>;

/** What owners do with endpoints; what deliveries do with them is in `EndpointRunsRepository`. */
@Injectable()
export class WebhookEndpointsRepository {
  constructor(
    @InjectModel(WebhookEndpointDocument.name) private readonly endpoints: Model<WebhookEndpointDocument>,
  ) {}

  async insert(endpoint: WebhookEndpointDocument, session: ClientSession): Promise<WebhookEndpointDocument> {
    await new this.endpoints(endpoint).save({ session });
    return endpoint;
  }

  async find(shop: ShopDomain, id: string, session?: ClientSession): Promise<WebhookEndpointDocument | null> {
    if (!Types.ObjectId.isValid(id)) return null;
    return this.endpoints
      .findOne({ _id: new Types.ObjectId(id), shop }, null, { session: session ?? null })
      .lean<WebhookEndpointDocument>();
  }

  /** In the order of their places. */
  async list(shop: ShopDomain, offset: number, limit: number): Promise<WebhookEndpointDocument[]> {
    return this.endpoints
      .find({ shop })
      .sort({ place: 1 })
      .skip(offset)
      .limit(limit)
      .hint(LIST)
      .lean<WebhookEndpointDocument[]>();
  }

  async count(shop: ShopDomain): Promise<number> {
    return this.endpoints.countDocuments({ shop }).hint(LIST);
  }

  /** The changed endpoint; null when it is gone, or not at the expected version. */
  async update(
    shop: ShopDomain,
    id: Types.ObjectId,
    version: number,
    change: EndpointChange,
    session: ClientSession,
  ): Promise<WebhookEndpointDocument | null> {
    return this.endpoints
      .findOneAndUpdate(
        { _id: id, shop, version },
        { $set: { ...change, updatedAt: new Date() }, $inc: { version: 1 } },
        { returnDocument: 'after', session },
      )
      .lean<WebhookEndpointDocument>();
  }

  async replaceSecrets(
    shop: ShopDomain,
    id: Types.ObjectId,
    version: number,
    secrets: StoredSecret[],
    session: ClientSession,
  ): Promise<WebhookEndpointDocument | null> {
    return this.endpoints
      .findOneAndUpdate(
        { _id: id, shop, version },
        { $set: { secrets, updatedAt: new Date() }, $inc: { version: 1 } },
        { returnDocument: 'after', session },
      )
      .lean<WebhookEndpointDocument>();
  }

  /** Ends an endpoint for what it answered; null when it is disabled already. */
  async disable(
    shop: ShopDomain,
    id: Types.ObjectId,
    reason: DisabledReason,
    now: Date,
    session: ClientSession,
  ): Promise<WebhookEndpointDocument | null> {
    return this.endpoints
      .findOneAndUpdate(
        { _id: id, shop, status: 'enabled' },
        {
          $set: { status: 'disabled', disabledReason: reason, disabledAt: now, updatedAt: now },
          $unset: { dueAt: 1 },
          $inc: { version: 1 },
        },
        { returnDocument: 'after', session },
      )
      .lean<WebhookEndpointDocument>();
  }

  async delete(
    shop: ShopDomain,
    id: string,
    session: ClientSession,
  ): Promise<WebhookEndpointDocument | null> {
    if (!Types.ObjectId.isValid(id)) return null;
    return this.endpoints
      .findOneAndDelete({ _id: new Types.ObjectId(id), shop }, { session })
      .lean<WebhookEndpointDocument>();
  }

  /** The places of a shop that are taken. */
  async places(shop: ShopDomain): Promise<number[]> {
    const taken = await this.endpoints
      .find({ shop }, { place: 1 })
      .hint(LIST)
      .lean<Pick<WebhookEndpointDocument, 'place'>[]>();
    return taken.map(({ place }) => place);
  }

  /** The endpoints of a shop that are sent events, with the types each wants. */
  async enabled(shop: ShopDomain): Promise<Pick<WebhookEndpointDocument, '_id' | 'eventTypes'>[]> {
    return this.endpoints
      .find({ shop, status: 'enabled' }, { eventTypes: 1 })
      .hint(LIST)
      .lean<Pick<WebhookEndpointDocument, '_id' | 'eventTypes'>[]>();
  }

  async deleteAll(shop: ShopDomain): Promise<void> {
    await this.endpoints.deleteMany({ shop }).hint(LIST);
  }
}
