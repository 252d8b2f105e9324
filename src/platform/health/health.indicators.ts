import { Inject, Injectable } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { HealthIndicatorService, type HealthIndicatorResult } from '@nestjs/terminus';
import type { Connection } from 'mongoose';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import { messageOf } from '../../kernel/errors.js';
import { CacheService } from '../cache/cache.service.js';
import { DatabaseAvailability } from '../database/availability.js';
import { PoolMonitor } from '../database/pool-monitor.js';
import { RateLimiter } from '../limits/rate-limiter.js';
import { QueueRegistry } from '../queue/queue-registry.js';
import { QUEUE_NAMES } from '../queue/queues.js';
import { HealthFigures } from './health-figures.js';
import { within } from '../resilience/within.js';

const DEADLINE_MS = 1_000;

/** One small check a dependency, each within a second whatever state the dependency is in. */
@Injectable()
export class HealthIndicators {
  constructor(
    private readonly health: HealthIndicatorService,
    @InjectConnection() private readonly connection: Connection,
    private readonly availability: DatabaseAvailability,
    private readonly pool: PoolMonitor,
    private readonly queues: QueueRegistry,
    private readonly cache: CacheService,
    private readonly limiter: RateLimiter,
    private readonly figures: HealthFigures,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  async database(): Promise<HealthIndicatorResult> {
    const check = this.health.check('database');
    if (!this.availability.can('write'))
      return check.down({ message: 'no writable server', pool: this.pool.figures() });
    const started = performance.now();
    try {
      await within(DEADLINE_MS, this.connection.getClient().db().command({ ping: 1 }));
      return check.up({
        pingMs: Math.round((performance.now() - started) * 10) / 10,
        pool: this.pool.figures(),
      });
    } catch (error) {
      return check.down({ message: messageOf(error), pool: this.pool.figures() });
    }
  }

  /** A queue store that is full refuses writes while it still answers PING: memory is part of being ready. */
  async redis(): Promise<HealthIndicatorResult> {
    const check = this.health.check('redis');
    try {
      if (!this.queues.reachable())
        return check.down({ message: `connection is ${this.queues.connection.status}` });
      const started = performance.now();
      const memory = await within(DEADLINE_MS, this.queues.connection.info('memory'));
      const pingMs = Math.round((performance.now() - started) * 10) / 10;
      const [used, max] = [figure(memory, 'used_memory'), figure(memory, 'maxmemory')];
      if (max > 0 && used >= max)
        return check.down({ message: 'out of memory', usedBytes: used, maxBytes: max });
      return check.up({ pingMs, usedBytes: used, maxBytes: max || null });
    } catch (error) {
      return check.down({ message: messageOf(error) });
    }
  }

  /** Depth of every queue. */
  async queueDepths(): Promise<HealthIndicatorResult> {
    const check = this.health.check('queues');
    try {
      if (!this.queues.reachable())
        return check.down({ message: `connection is ${this.queues.connection.status}` });
      const states = await within(
        DEADLINE_MS,
        Promise.all(QUEUE_NAMES.map((name) => this.queues.depth(name))),
      );
      return check.up(Object.fromEntries(QUEUE_NAMES.map((name, at) => [name, states[at]])));
    } catch (error) {
      return check.down({ message: messageOf(error) });
    }
  }

  /** Up also without its shared tier: the memory and the database go on alone. */
  cacheTiers(): HealthIndicatorResult {
    const { degraded, memoryBytes } = this.cache;
    return this.health.check('cache').up({ degraded, memoryBytes });
  }

  /** Up also without Redis: each instance then counts alone. */
  limits(): HealthIndicatorResult {
    const { mode } = this.limiter;
    return this.health.check('limits').up({ degraded: mode === 'local', mode });
  }

  /** One for each feature that has figures of its own. */
  features(): (() => HealthIndicatorResult)[] {
    return this.figures.all().map(
      ([part, figures]) =>
        () =>
          this.health.check(part).up(figures()),
    );
  }

  memory(): HealthIndicatorResult {
    const { rss, heapUsed, heapTotal, external } = process.memoryUsage();
    return this.health
      .check('memory')
      .up({ rssBytes: rss, heapUsedBytes: heapUsed, heapTotalBytes: heapTotal, externalBytes: external });
  }

  environment(): HealthIndicatorResult {
    const { role, release, environment } = this.config;
    return this.health.check('environment').up({
      role,
      release,
      environment,
      node: process.version,
      uptimeSeconds: Math.round(process.uptime()),
    });
  }
}

function figure(info: string, name: string): number {
  return Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1] ?? 0);
}
