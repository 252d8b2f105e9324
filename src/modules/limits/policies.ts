import { createHash } from 'node:crypto';
import type { Config } from '../../config/config.js';
import type { Quota } from '../../platform/limits/quota.js';

const MINUTE_MS = 60_000;
const QUARTER_MS = 15 * MINUTE_MS;
/** A burst is there once in this many windows, so that the sustained rate stays the limit. */
const BURST_WINDOWS = 10;

export type PolicyName = 'anonymous' | 'account' | 'admin' | 'plan' | 'public' | 'credentials' | 'override';

/** One quota in force for one caller. */
export interface AppliedPolicy {
  policy: PolicyName;
  quota: Quota;
  /** Who shares the quota: nothing of it can be read from the store's key, which holds a hash. */
  tracker: string;
}

/** The quotas of the configuration; that of API keys comes from the shop's plan. */
export function quotas({ limits }: Config) {
  const per = (limit: number, windowMs: number): Quota => ({ limit, windowMs });
  return {
    anonymous: per(limits.anonymousPer15Min, QUARTER_MS),
    credentials: per(limits.credentialsPer15Min, QUARTER_MS),
    account: per(limits.accountPerMin, MINUTE_MS),
    admin: per(limits.adminPerMin, MINUTE_MS),
    public: per(limits.publicPerMin, MINUTE_MS),
    plan: (requestsPerMinute: number): Quota => {
      const limit = Math.max(requestsPerMinute, limits.planPerMinAtLeast);
      const burst = Math.floor((limit * limits.burstPercent) / 100);
      return {
        ...per(limit, MINUTE_MS),
        ...(burst > 0 ? { burst: per(burst, BURST_WINDOWS * MINUTE_MS) } : {}),
      };
    },
  };
}

/** The store's key of a caller: says which policy, not who. */
export function keyOf({ policy, tracker }: AppliedPolicy): string {
  return `${policy}:${createHash('sha256').update(tracker).digest('base64url').slice(0, 27)}`; // 162 bits
}
