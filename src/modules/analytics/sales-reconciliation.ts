import { isDeepStrictEqual } from 'node:util';
import { Inject, Injectable } from '@nestjs/common';
import type { ClientSession } from 'mongoose';
import type { Logger } from 'pino';
import type { ShopDomain } from '../../kernel/shop-domain.js';
import { Transactions } from '../../platform/database/transactions.js';
import { LOGGER } from '../../platform/observability/observability.module.js';
import type { JobProgress } from '../../platform/queue/job.js';
import { SalesRepository } from '../orders/index.js';
import { ShopsService } from '../shops/index.js';
import type { AggregateResult, SalesDifference } from './analytics.job.js';
import { SalesAggregatesRepository } from './sales-aggregates.repository.js';
import { SalesApplier } from './sales-applier.js';
import { SalesTally, utcDayOf, type SalesDay } from './sales-figures.js';

/** Sales come at the time they are made, so that older days do not change: five weeks cover a month's closing. */
const RECENT_DAYS = 35;
/** What is younger is about to be brought by its event. */
const ABOUT_TO_COME_MS = 60_000;
const DAY_MS = 24 * 3600 * 1000;
const SHOPS_AT_ONCE = 250;
const MAX_REPORTED = 100;

type Report = (progress: Omit<JobProgress, 'percent'>) => void;

/** Holds the aggregates against the orders, day by day, and repairs what differs. */
@Injectable()
export class SalesReconciliation {
  constructor(
    private readonly shops: ShopsService,
    private readonly sales: SalesRepository,
    private readonly aggregates: SalesAggregatesRepository,
    private readonly applier: SalesApplier,
    private readonly transactions: Transactions,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * Every shop's last `days` UTC days. A shop that fails does not keep the others; the run then fails at its end.
   * Safe to run again, or twice at once.
   */
  async run(days = RECENT_DAYS, progress: Report, signal: AbortSignal): Promise<AggregateResult> {
    const result: AggregateResult = { applied: 0, shops: 0, differences: [], repaired: 0 };
    result.applied = await this.applier.applyPending(new Date(Date.now() - ABOUT_TO_COME_MS), signal);
    const failed: unknown[] = [];
    for (let offset = 0; ; offset += SHOPS_AT_ONCE) {
      const { shops, total } = await this.shops.list(offset, SHOPS_AT_ONCE);
      for (const { shop } of shops) {
        signal.throwIfAborted();
        try {
          const differences = await this.reconcile(shop, days);
          result.repaired += differences.length;
          result.differences.push(...differences.slice(0, MAX_REPORTED - result.differences.length));
        } catch (error) {
          this.logger.error({ err: error, shop }, 'The analytics of a shop could not be reconciled');
          failed.push(error);
        }
        progress({ done: ++result.shops, total, unit: 'shops' });
      }
      if (shops.length < SHOPS_AT_ONCE) break;
    }
    if (failed.length > 0)
      throw new AggregateError(failed, `${failed.length} shops could not be reconciled.`);
    return result;
  }

  /** One shop's last `days` UTC days. */
  async reconcile(shop: ShopDomain, days: number): Promise<SalesDifference[]> {
    const differences: SalesDifference[] = [];
    const now = Date.now();
    for (let back = 0; back < days; back++) {
      const difference = await this.repair(shop, utcDayOf(now - back * DAY_MS));
      if (difference) differences.push(difference);
    }
    return differences;
  }

  /** Without a transaction first: most days are right. */
  private async repair(shop: ShopDomain, day: string): Promise<SalesDifference | null> {
    if (!(await this.compare(shop, day)).difference) return null;
    return this.transactions.run(async (session) => {
      const { difference, tally } = await this.compare(shop, day, session);
      if (!difference) return null; // sales came in between the reads
      await this.aggregates.replace(shop, day, tally.days, tally.products, session);
      this.logger.warn(difference, 'Sales aggregates differed from the orders and were repaired');
      return difference;
    });
  }

  /** Sales that are not applied yet are left to the applier, in both. */
  private async compare(
    shop: ShopDomain,
    day: string,
    session?: ClientSession,
  ): Promise<{ difference: SalesDifference | null; tally: SalesTally }> {
    const stored = await this.aggregates.ofDay(shop, day, session);
    const tally = new SalesTally();
    for await (const { currency, sales } of this.sales.ofDay(shop, day, session))
      for (const sale of sales) if (sale.applied && sale.day === day) tally.add(currency, sale);
    const days = differing(stored.days, tally.days);
    const products = differing(stored.products, tally.products);
    return { difference: days + products > 0 ? { shop, day, days, products } : null, tally };
  }
}

/** How many aggregates are not in both, or not the same. */
function differing(stored: SalesDay<object>[], summed: SalesDay<object>[]): number {
  const keyed = ({ currency, productId = '' }: SalesDay<object>) => `${currency} ${productId}`;
  const wanted = new Map(summed.map((day) => [keyed(day), day]));
  let wrong = 0;
  for (const day of stored) {
    if (!isDeepStrictEqual(wanted.get(keyed(day))?.slots, day.slots)) wrong++;
    wanted.delete(keyed(day));
  }
  return wrong + wanted.size;
}
