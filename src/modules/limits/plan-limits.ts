import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import type { ShopDomain } from '../../kernel/shop-domain.js';
import { LOGGER } from '../../platform/observability/observability.module.js';
import { PASS_MS } from '../../platform/tenancy/access-epoch.js';
import { SubscriptionsService } from '../subscriptions/index.js';

/** How long a change of plan may take to change the limit. */
const REMEMBER_MS = 5_000 - PASS_MS;

/** The request limit of a shop's plan, kept for some seconds; the last known one while the database is away. */
@Injectable()
export class PlanLimits {
  private readonly perMinute = new LRUCache<ShopDomain, number>({
    max: 10_000,
    ttl: REMEMBER_MS,
    allowStaleOnFetchRejection: true,
    noDeleteOnFetchRejection: true,
    fetchMethod: async (shop) => (await this.subscriptions.planInForce(shop)).limits.requestsPerMinute,
  });

  constructor(
    private readonly subscriptions: SubscriptionsService,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Undefined when it is not known and cannot be read now. */
  async requestsPerMinute(shop: ShopDomain): Promise<number | undefined> {
    try {
      return await this.perMinute.fetch(shop);
    } catch (err) {
      this.logger.warn({ err, shop }, "The plan's request limit could not be read");
      return undefined;
    }
  }
}
