import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Model, trusted, type ClientSession, type Types } from 'mongoose';
import type { ShopDomain } from '../../../kernel/shop-domain.js';
import { WebhookEndpointDocument, type EndpointHealth } from './webhook-endpoint.schema.js';

export type DueEndpoint = Pick<WebhookEndpointDocument, '_id' | 'shop'>;

/** When endpoints are due. `dueAt` is both the appointment and, ahead of now, the lease of the run that keeps it. */
@Injectable()
export class EndpointRunsRepository {
  constructor(
    @InjectModel(WebhookEndpointDocument.name) private readonly endpoints: Model<WebhookEndpointDocument>,
  ) {}

  /** Endpoints whose time has come, of every tenant, longest due first. */
  async due(now: Date, limit: number): Promise<DueEndpoint[]> {
    return this.endpoints
      .find({ dueAt: trusted({ $lte: now }) }, { shop: 1 })
      .sort({ dueAt: 1 })
      .limit(limit)
      .hint('dueAt')
      .lean<DueEndpoint[]>();
  }

  /** Something is there to be sent. Also during a run, which then finds its lease gone and looks again. */
  async markDue(shop: ShopDomain, ids: Types.ObjectId[], now: Date, session?: ClientSession): Promise<void> {
    await this.endpoints.updateMany(
      { _id: trusted({ $in: ids }), shop, status: 'enabled' },
      { $set: { dueAt: now } },
      session ? { session } : {},
    );
  }

  /** Takes the endpoint until `until`; null when it is disabled or gone. */
  async lease(shop: ShopDomain, id: Types.ObjectId, until: Date): Promise<WebhookEndpointDocument | null> {
    return this.endpoints
      .findOneAndUpdate(
        { _id: id, shop, status: 'enabled' },
        { $set: { dueAt: until } },
        { returnDocument: 'after' },
      )
      .lean<WebhookEndpointDocument>();
  }

  /** Ends a run: due again at `next`, or not. False when something came in since the lease. */
  async release(shop: ShopDomain, id: Types.ObjectId, lease: Date, next: Date | undefined): Promise<boolean> {
    const { matchedCount } = await this.endpoints.updateOne(
      { _id: id, shop, dueAt: lease },
      next ? { $set: { dueAt: next } } : { $unset: { dueAt: 1 } },
    );
    return matchedCount === 1;
  }

  /** Notes of which failing its shop is told; null when it has been, or the endpoint is disabled. */
  async warnOf(
    shop: ShopDomain,
    id: Types.ObjectId,
    failingSince: Date,
    session: ClientSession,
  ): Promise<WebhookEndpointDocument | null> {
    return this.endpoints
      .findOneAndUpdate(
        { _id: id, shop, status: 'enabled', warnedOf: trusted({ $ne: failingSince }) },
        { $set: { warnedOf: failingSince } },
        { returnDocument: 'after', session },
      )
      .lean<WebhookEndpointDocument>();
  }

  async setHealth(shop: ShopDomain, id: Types.ObjectId, health: EndpointHealth): Promise<void> {
    await this.endpoints.updateOne({ _id: id, shop, status: 'enabled' }, { $set: { health } });
  }
}
