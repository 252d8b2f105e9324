import { Injectable } from '@nestjs/common';
import { AppError } from '../../kernel/errors.js';
import type { ShopDomain } from '../../kernel/shop-domain.js';
import { Batcher } from '../../platform/database/batcher.js';
import { SubscriptionsRepository } from './subscriptions.repository.js';
import { SubscriptionsService } from './subscriptions.service.js';

/** A reservation lives as long as the write it is for; older than this, no write can be behind it. */
const SETTLED_MS = 10 * 60_000;
const AT_ONCE = 100;

/**
 * The plan's product limit, exact under any number of writers: places are taken by a guarded increment before the
 * products are written, and given back when they are not. A crash in between leaves the counter off, never the
 * catalogue beyond the limit; `reconcile` mends it.
 */
@Injectable()
export class ProductQuota {
  private readonly counts = new Batcher<ShopDomain, void>(async (shops) => {
    await this.repository.countProducts(shops);
    return [];
  });

  constructor(
    private readonly repository: SubscriptionsRepository,
    private readonly subscriptions: SubscriptionsService,
  ) {}

  /**
   * Takes one place for the product that `write` stores, none where that fails.
   * @throws AppError `product_limit_reached`, and what `write` does
   */
  async occupyOne<T>(shop: ShopDomain, write: () => Promise<T>): Promise<T> {
    // a plan without a limit refuses nobody: what is written need not wait to be counted
    const counted = (await this.limit(shop)) === Infinity ? this.count(shop) : undefined;
    if (!counted && (await this.reserve(shop, 1)) === 0) throw await this.reached(shop);
    try {
      const written = await write();
      await counted;
      return written;
    } catch (error) {
      if ((await counted) !== false) await this.release(shop, 1);
      throw error;
    }
  }

  /** Takes up to `count` places and returns how many it got. */
  async reserve(shop: ShopDomain, count: number): Promise<number> {
    if (count === 0) return 0;
    const { limits } = await this.subscriptions.planInForce(shop);
    let wanted = count;
    while (wanted > 0) {
      if (await this.repository.reserveProducts(shop, wanted, limits.products)) return wanted;
      wanted = Math.min(wanted, await this.free(shop));
    }
    return 0;
  }

  /** Places that no product has and no write under way has reserved. */
  async free(shop: ShopDomain): Promise<number> {
    const { usage } = await this.subscriptions.get(shop);
    return Math.max(0, (await this.limit(shop)) - usage.products);
  }

  /** How many products the plan allows; Infinity for any number. */
  async limit(shop: ShopDomain): Promise<number> {
    const { limits } = await this.subscriptions.planInForce(shop);
    return limits.products ?? Infinity;
  }

  async release(shop: ShopDomain, count: number): Promise<void> {
    if (count > 0) await this.repository.releaseProducts(shop, count);
  }

  async reached(shop: ShopDomain): Promise<AppError> {
    const { name, limits } = await this.subscriptions.planInForce(shop);
    return new AppError('product_limit_reached', `The plan ${name} allows ${limits.products ?? 0} products.`);
  }

  /** Sets every settled counter to what `count` finds. Returns the shops that were off. */
  async reconcile(
    count: (shop: ShopDomain) => Promise<number>,
    settledMs = SETTLED_MS,
  ): Promise<ShopDomain[]> {
    const before = new Date(Date.now() - settledMs);
    const corrected: ShopDomain[] = [];
    let last: ShopDomain | undefined;
    for (;;) {
      const shops = await this.repository.shopsUnchangedSince(before, last, AT_ONCE);
      for (const shop of shops) {
        if (await this.repository.correctProducts(shop, await count(shop), before)) corrected.push(shop);
      }
      last = shops.at(-1);
      if (shops.length < AT_ONCE) return corrected;
    }
  }

  /** Counts one product, together with what others count now. False where that failed: `reconcile` will. */
  private async count(shop: ShopDomain): Promise<boolean> {
    return this.counts.ask(shop).then(
      () => true,
      () => false,
    );
  }
}
