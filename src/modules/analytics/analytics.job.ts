import type { ShopDomain } from '../../kernel/shop-domain.js';
import { defineJob } from '../../platform/queue/job.js';

export interface AggregatePayload {
  /** How many UTC days back, today among them; `RECENT_DAYS` if absent. */
  days?: number;
}

/** A UTC day of a shop whose aggregates were not the sums of its sales. */
export interface SalesDifference {
  shop: ShopDomain;
  day: string;
  /** How many aggregates were wrong, missing or too many. */
  days: number;
  products: number;
}

export interface AggregateResult {
  /** Sales that no event had brought. */
  applied: number;
  shops: number;
  /** Repaired; the first of them. */
  differences: SalesDifference[];
  repaired: number;
}

/** AGGREGATE_ANALYTICS: adds what is missing, recomputes the last weeks from the orders and repairs what differs. */
export const aggregateAnalytics = defineJob<AggregatePayload, AggregateResult>(
  'analytics.aggregate',
  'analytics',
);
