import type { DefaultJobOptions, WorkerOptions } from 'bullmq';

/** Policy of a queue (requirements R3.1): how often a job is tried, how fast and how fairly the queue is worked off. */
export interface QueuePolicy {
  attempts: number;
  /** First pause before a retry; doubles each time, jittered by half so that failures don't come back together. */
  backoffMs: number;
  /** Jobs that one process runs at once. */
  concurrency: number;
  /** Jobs that begin in a second, on all instances together. */
  perSecond?: number;
  /**
   * Jobs of one tenant that may be queued or running at once; its others wait beside the queue (`JobEntries`). Where
   * jobs take long it is below `concurrency`, so that a tenant never holds every place.
   */
  perTenant: number;
  /** Jobs of one tenant let into the queue in any second, on all instances together (`JobEntries`). */
  tenantPerSecond?: number;
  /** Ended jobs kept in the database, newest first, within JOB_RETENTION_DAYS. */
  keep: { count: number; bytes: number };
}

const MB = 1_000_000;
const KEEP = { count: 100_000, bytes: 200 * MB };

/** Every queue. A feature's queue is declared here, its job types with `defineJob`, its handler as a `JobProcessor`. */
export const QUEUES = {
  'sitemap-generation': {
    ...{ attempts: 3, backoffMs: 2_000, concurrency: 4, perSecond: 5, perTenant: 2 },
    keep: KEEP,
  },
  'product-import': { attempts: 3, backoffMs: 5_000, concurrency: 2, perTenant: 1, keep: KEEP },
  'transport-import': { attempts: 3, backoffMs: 5_000, concurrency: 2, perTenant: 1, keep: KEEP },
  'email-notifications': { attempts: 5, backoffMs: 30_000, concurrency: 5, perTenant: 3, keep: KEEP },
  /** Notices about orders and transports: what they tell is soon old. */
  'order-notices': { attempts: 3, backoffMs: 5_000, concurrency: 5, perTenant: 3, keep: KEEP },
  sms: { attempts: 3, backoffMs: 5_000, concurrency: 5, perTenant: 3, keep: KEEP },
  /** Events whose handler failed, in the order of what they happened to (`EventDetour`). */
  events: { attempts: 8, backoffMs: 2_000, concurrency: 10, perTenant: 1, keep: KEEP },
  /** Sums of sales, recomputed over all shops. */
  analytics: { attempts: 3, backoffMs: 60_000, concurrency: 1, perTenant: 1, keep: KEEP },
  /** Text of documents: each is read in a process of its own. */
  documents: { attempts: 3, backoffMs: 5_000, concurrency: 2, perTenant: 1, keep: KEEP },
  /** The system's own upkeep, by the clock. */
  maintenance: { attempts: 3, backoffMs: 60_000, concurrency: 2, perTenant: 1, keep: KEEP },
  /** Waits for others to answer; the endpoints of a shop have one run each. */
  'webhooks-out': {
    ...{ attempts: 3, backoffMs: 2_000, concurrency: 100, perTenant: 20, tenantPerSecond: 50 },
    keep: KEEP,
  },
} as const satisfies Record<string, QueuePolicy>;

export type QueueName = keyof typeof QUEUES;

export const QUEUE_NAMES = Object.keys(QUEUES) as QueueName[];

/** How soon a job comes: what a person waits for before what may take its time. BullMQ takes 0 first. */
export const JOB_PRIORITIES = { interactive: 0, bulk: 10 } as const;
export type JobPriority = keyof typeof JOB_PRIORITIES;

/** Entries of completed jobs that Redis keeps, for Bull Board. */
export const KEEP_COMPLETED = 100;

/** An entry in Redis is an id, some 300 bytes, so that a bound by count bounds its bytes too. */
export function jobOptions(queue: QueueName): DefaultJobOptions {
  const { attempts, backoffMs } = QUEUES[queue];
  return {
    attempts,
    backoff: { type: 'exponential', delay: backoffMs, jitter: 0.5 },
    removeOnComplete: { count: KEEP_COMPLETED },
    removeOnFail: { count: 500, age: 7 * 24 * 3600 },
  };
}

/**
 * A killed worker's job comes back after at most lock + check, about two `lockMs`. Whether it may come back again is
 * decided by its record (`crashes`), not by BullMQ, which fails a job at its second stall by default.
 */
export function workerOptions(queue: QueueName, lockMs: number): Partial<WorkerOptions> {
  const policy: QueuePolicy = QUEUES[queue];
  return {
    concurrency: policy.concurrency,
    ...(policy.perSecond ? { limiter: { max: policy.perSecond, duration: 1_000 } } : {}),
    lockDuration: lockMs,
    stalledInterval: lockMs,
    maxStalledCount: 1_000,
  };
}
