import type { DefaultJobOptions, WorkerOptions } from 'bullmq';

/** Policy of a queue (requirements R3.1): how often a job is tried, how fast the queue is worked off, what is kept. */
export interface QueuePolicy {
  attempts: number;
  /** First pause before a retry; doubles each time, jittered by half so that failures don't come back together. */
  backoffMs: number;
  concurrency: number;
  perSecond?: number;
}

export const QUEUES = {
  'sitemap-generation': { attempts: 3, backoffMs: 2_000, concurrency: 4, perSecond: 5 },
  'product-import': { attempts: 3, backoffMs: 5_000, concurrency: 2 },
  'email-notifications': { attempts: 5, backoffMs: 30_000, concurrency: 5 },
  'subscription-trials': { attempts: 3, backoffMs: 10_000, concurrency: 1 },
  'quota-reconciliation': { attempts: 3, backoffMs: 60_000, concurrency: 1 },
  'shop-purge': { attempts: 5, backoffMs: 60_000, concurrency: 1 },
  'audit-retention': { attempts: 3, backoffMs: 60_000, concurrency: 1 },
} as const satisfies Record<string, QueuePolicy>;

export type QueueName = keyof typeof QUEUES;

export function jobOptions(queue: QueueName): DefaultJobOptions {
  const { attempts, backoffMs } = QUEUES[queue];
  return {
    attempts,
    backoff: { type: 'exponential', delay: backoffMs, jitter: 0.5 },
    removeOnComplete: { count: 100, age: 24 * 3600 },
    removeOnFail: { count: 500, age: 7 * 24 * 3600 },
  };
}

/**
 * A killed worker's job comes back after at most lock + check, about 20 s; each kill costs one of `maxStalledCount`
 * (the default of 1 fails a job at the second kill despite its attempts).
 */
export function workerOptions(queue: QueueName): Partial<WorkerOptions> {
  const policy: QueuePolicy = QUEUES[queue];
  return {
    concurrency: policy.concurrency,
    ...(policy.perSecond ? { limiter: { max: policy.perSecond, duration: 1_000 } } : {}),
    lockDuration: 10_000,
    stalledInterval: 10_000,
    maxStalledCount: 10,
  };
}
