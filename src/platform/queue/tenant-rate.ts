import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import { RedisLimiter } from '../limits/redis-limiter.js';
import { within } from '../resilience/within.js';
import { QUEUES, type QueueName, type QueuePolicy } from './queues.js';

const SECOND_MS = 1_000;
const START_MS = 1_000;
const DEADLINE_MS = 1_000;
/** When the server is asked again that gave no answer. */
const AGAIN_MS = 250;

export interface Granted {
  jobs: number;
  /** When to ask for the rest; 0 when all were granted. */
  retryMs: number;
}

/**
 * How many jobs of a tenant may enter a queue now, by its policy's `tenantPerSecond`. Counted on the queue's own server for
 * all instances together: while that is away nothing can enter the queue anyway.
 */
@Injectable()
export class TenantRate implements OnModuleInit, OnApplicationShutdown {
  private readonly limiter: RedisLimiter;

  constructor(@Inject(CONFIG) { queue }: Config) {
    this.limiter = new RedisLimiter(queue.url, `${queue.prefix}:job-rate:`);
    this.limiter.connection.on('error', () => undefined); // the registry tells of a lost server
  }

  async onModuleInit(): Promise<void> {
    await within(START_MS, this.limiter.connection.connect()).catch(() => undefined); // it goes on trying
  }

  /** None while the server gives no answer: the jobs stay where they are, and it is asked again. Never throws. */
  async take(queue: QueueName, group: string, wanted: number): Promise<Granted> {
    const { tenantPerSecond: limit }: QueuePolicy = QUEUES[queue];
    if (limit === undefined || wanted === 0) return { jobs: wanted, retryMs: 0 };
    const quota = { limit, windowMs: SECOND_MS };
    const asked = within(DEADLINE_MS, this.limiter.take(`${queue} ${group}`, quota, wanted));
    const verdicts = await asked.catch(() => undefined);
    if (!verdicts) return { jobs: 0, retryMs: AGAIN_MS };
    const refused = verdicts.find(({ allowed }) => !allowed);
    return { jobs: verdicts.filter(({ allowed }) => allowed).length, retryMs: refused?.retryMs ?? 0 };
  }

  onApplicationShutdown(): void {
    this.limiter.close();
  }
}
