/** What a merchant pays for. A limit of null is no limit. */
export interface PlanLimits {
  products: number | null;
  optimizationsPerMonth: number | null;
  requestsPerMinute: number;
}

export interface Plan {
  /** Stable name, e.g. `starter`. */
  plan: string;
  name: string;
  /** A month's price in minor units of `currency`. */
  price: number;
  currency: string;
  trialDays: number;
  limits: PlanLimits;
  /** An archived plan keeps its subscribers and takes no new ones. */
  archivedAt: Date | null;
  version: number;
  createdAt: Date;
  updatedAt: Date;
}

/** The plan of a shop that chose none. */
export const DEFAULT_PLAN = 'starter';
