import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import type { Logger } from 'pino';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import { Metrics } from '../observability/metrics.js';
import { LOGGER } from '../observability/observability.module.js';
import { Breaker } from '../resilience/breaker.js';
import { within } from '../resilience/within.js';
import { Gatherer } from './gatherer.js';
import { LocalLimiter } from './local-limiter.js';
import { Margins } from './margins.js';
import type { Quota, Receipt, Verdict } from './quota.js';
import { RedisLimiter } from './redis-limiter.js';

/** What the shared count may cost a request. A late answer alone is decided here; three in a row are the server. */
const BREAKER = { deadlineMs: 50, failures: 3, pauseMs: 250, longestPauseMs: 250 };
const START_MS = 1_000;
/** Has room for every probe: one that is refused writes nothing, and would find a full Redis well. */
const PROBE = { limit: 1_000_000, windowMs: 1_000 };

/**
 * Counts requests in Redis, for all instances together; while Redis is away each instance counts alone at the same
 * limits, so that a lost Redis lets nobody through unlimited and locks nobody out. Never throws.
 */
@Injectable()
export class RateLimiter implements OnModuleInit, OnApplicationShutdown {
  private readonly redis: RedisLimiter;
  private readonly local = new LocalLimiter();
  private readonly breaker: Breaker;
  private readonly margins = new Margins((key, quota, requests) => this.count(key, quota, requests));
  private readonly calls: Gatherer<{ key: string; quota: Quota }, Verdict>;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
    metrics: Metrics,
  ) {
    this.redis = new RedisLimiter(config.limits.redisUrl, `${config.queue.prefix}:limits:`);
    this.breaker = new Breaker(BREAKER, () => this.redis.take('probe', PROBE, 1));
    this.calls = new Gatherer(({ key, quota }, count) => this.takeShared(key, quota, count));
    this.watch();
    metrics.gauge(
      'limiter_mode',
      '0: limits are counted in Redis for all instances; 1: by this instance alone',
      () => (this.mode === 'redis' ? 0 : 1),
    );
  }

  /** Whether all instances count together (`redis`) or this one alone (`local`). */
  get mode(): 'redis' | 'local' {
    return this.breaker.isOpen || !this.redis.connected ? 'local' : 'redis';
  }

  async onModuleInit(): Promise<void> {
    const { limits, runs } = this.config;
    if (!limits.enabled || !(runs.http || runs.sockets)) return;
    await within(START_MS, this.redis.connection.connect()).catch(() => undefined); // the breaker goes on trying
  }

  onApplicationShutdown(): void {
    this.breaker.stop();
    this.redis.close();
  }

  /** Counts one request of the caller named by `key`, if the quota has room for it. */
  async take(key: string, quota: Quota): Promise<Verdict> {
    if (this.mode === 'redis') {
      try {
        const { limit, windowMs, burst } = quota;
        return await this.calls.call(`${key} ${limit} ${windowMs} ${burst?.limit ?? 0}`, { key, quota });
      } catch {
        // the breaker has taken note
      }
    }
    return this.local.take(key, quota);
  }

  /** As `take`, but a caller far from its limit is told at once, and counted within some milliseconds. */
  takeSoon(key: string, quota: Quota): Verdict | Promise<Verdict> {
    return (this.mode === 'redis' && this.margins.take(key, quota)) || this.take(key, quota);
  }

  /** Gives a counted request back to the window it was taken from. */
  async refund(key: string, receipt: Receipt): Promise<void> {
    if (receipt.store === 'local') {
      this.local.refund(key, receipt);
    } else if (this.mode === 'redis') {
      await this.breaker.run(() => this.redis.refund(key, receipt)).catch(() => undefined);
    }
  }

  /** Counts so many requests that were let through. */
  private async count(key: string, quota: Quota, requests: number): Promise<void> {
    if (this.mode === 'redis') {
      try {
        await this.takeShared(key, quota, requests);
        return;
      } catch {
        // the breaker has taken note
      }
    }
    for (let counted = 0; counted < requests; counted++) this.local.take(key, quota);
  }

  private async takeShared(key: string, quota: Quota, count: number): Promise<Verdict[]> {
    const verdicts = await this.breaker.run(() => this.redis.take(key, quota, count));
    const last = verdicts.at(-1);
    if (last) {
      this.local.observe(key, quota, last);
      this.margins.note(key, quota, last);
    }
    return verdicts;
  }

  private watch(): void {
    const { connection } = this.redis;
    connection.on('error', (error: Error) => {
      this.breaker.trip(error);
    });
    connection.on('close', () => {
      this.breaker.trip(new Error('connection closed'));
    });
    this.breaker.on('open', (err) => {
      this.logger.warn({ err }, 'The limits Redis is lost: this instance counts alone');
    });
    this.breaker.on('close', () => {
      this.logger.info('The limits Redis is back: instances count together');
    });
  }
}
