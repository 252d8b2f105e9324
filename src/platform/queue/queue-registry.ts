import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import type { Logger } from 'pino';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import { AppError } from '../../kernel/errors.js';
import { LOGGER } from '../observability/observability.module.js';
import { QueueScripts } from './queue-scripts.js';
import type { QueueName } from './queues.js';

const ADD_TIMEOUT_MS = 1_000;

/** `delayed` wait for the time of their next try. */
export type QueueDepth = Record<'waiting' | 'active' | 'delayed' | 'failed', number>;

/**
 * The producers' side of every queue over one connection of its own: a command fails within a second when Redis is
 * dead or frozen, instead of hanging (BullMQ's default waits for ever).
 */
@Injectable()
export class QueueRegistry implements OnApplicationShutdown {
  readonly connection: Redis;
  readonly scripts: QueueScripts;
  private readonly queues = new Map<QueueName, Queue>();

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) logger: Logger,
  ) {
    this.connection = new Redis(config.queue.url, {
      maxRetriesPerRequest: 1,
      commandTimeout: ADD_TIMEOUT_MS,
      connectTimeout: 2_000,
      retryStrategy: (tries) => Math.min(100 * tries, 2_000),
    });
    this.scripts = new QueueScripts(this.connection, config.queue.prefix);
    // ioredis emits one error per failed reconnect: log the change of state only
    let lost = false;
    this.connection.on('error', (err: Error) => {
      if (!lost) logger.error({ err }, 'The queue Redis is lost');
      lost = true;
    });
    this.connection.on('ready', () => {
      if (lost) logger.info('The queue Redis is back');
      lost = false;
    });
  }

  get(name: QueueName): Queue {
    let queue = this.queues.get(name);
    if (!queue) {
      const { prefix } = this.config.queue;
      // the check is a command at first use: should it time out, the queue would fail until the process ends
      queue = new Queue(name, { connection: this.connection, prefix, skipVersionCheck: true });
      queue.on('error', () => undefined); // told once by the connection's own listener
      this.queues.set(name, queue);
    }
    return queue;
  }

  /** How many entries a queue has in each state; those with a priority wait, too, though BullMQ counts them apart. */
  async depth(name: QueueName): Promise<QueueDepth> {
    const {
      waiting = 0,
      prioritized = 0,
      active = 0,
      delayed = 0,
      failed = 0,
    } = await this.get(name).getJobCounts(
      ...(['waiting', 'prioritized', 'active', 'delayed', 'failed'] as const),
    );
    return { waiting: waiting + prioritized, active, delayed, failed };
  }

  reachable(): boolean {
    return this.connection.status === 'ready';
  }

  /** @throws AppError `queue_unavailable` */
  assertReachable(): void {
    if (!this.reachable()) throw this.unavailable();
  }

  unavailable(cause?: unknown): AppError {
    return new AppError(
      'queue_unavailable',
      'The job queue is not reachable, so nothing was started; try again shortly.',
      {
        retryAfterSeconds: 1,
        cause,
      },
    );
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.allSettled([...this.queues.values()].map((queue) => queue.close()));
    this.connection.disconnect();
  }
}
