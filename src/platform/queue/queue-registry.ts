import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import type { Logger } from 'pino';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import { AppError } from '../../kernel/errors.js';
import { LOGGER } from '../observability/observability.module.js';
import type { JobRecord } from './job.js';
import { jobOptions, type QueueName } from './queues.js';

const ADD_TIMEOUT_MS = 1_000;

/** `delayed` wait for the time of their next try. */
export type QueueDepth = Record<'waiting' | 'active' | 'delayed' | 'failed', number>;

/** Data of an entry whose record may have changed since it was queued. */
const ASK_FIRST = { askFirst: true };
/** Longer than what decides about the record takes. */
const ASK_DELAY_MS = 1_000;
const NOT_TAKEN: ReadonlySet<string> = new Set(['waiting', 'prioritized', 'delayed']);

type Queueable = Pick<JobRecord, 'id' | 'name' | 'queue' | 'priority'>;

/**
 * The producers' side of every queue over one connection of its own: a command fails within a second when Redis is
 * dead or frozen, instead of hanging (BullMQ's default waits for ever).
 */
@Injectable()
export class QueueRegistry implements OnApplicationShutdown {
  readonly connection: Redis;
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

  /** Queues a stored job. Adding an id that is queued already changes nothing. */
  async add({ id, name, queue, priority }: Queueable): Promise<void> {
    await this.get(queue).add(name, {}, { ...jobOptions(queue), jobId: id, priority });
  }

  /** Queues stored jobs of one queue in one round trip. */
  async addMany(jobs: readonly Queueable[]): Promise<void> {
    const [first] = jobs;
    if (!first) return;
    if (jobs.length === 1) return this.add(first); // else three commands for it: MULTI, the script, EXEC
    const options = jobOptions(first.queue);
    await this.get(first.queue).addBulk(
      jobs.map(({ id, name, priority }) => ({ name, data: {}, opts: { ...options, jobId: id, priority } })),
    );
  }

  /** The ids that are taken next, as many as there are. */
  async foremost(name: QueueName, atMost: number): Promise<string[]> {
    const queue = this.get(name);
    const [waiting, prioritized] = await Promise.all([
      this.connection.lrange(queue.toKey('wait'), -atMost, -1),
      this.connection.zrange(queue.toKey('prioritized'), 0, atMost - 1),
    ]);
    return [...waiting.toReversed(), ...prioritized].slice(0, atMost);
  }

  /**
   * From now on nobody runs the job without asking its record first. False where it has been taken already. One that
   * is not in its queue enters it, so that somebody tidies up behind it.
   */
  async askFirst({ id, name, queue, priority }: Queueable): Promise<boolean> {
    const options = { ...jobOptions(queue), jobId: id, priority, delay: ASK_DELAY_MS };
    const entry = await this.get(queue).add(name, ASK_FIRST, options); // changes nothing where it is queued
    await entry.updateData(ASK_FIRST);
    return NOT_TAKEN.has(await entry.getState());
  }

  /** Takes a job out of its queue unless it runs right now. */
  async remove({ id, queue }: Pick<JobRecord, 'id' | 'queue'>): Promise<void> {
    await this.get(queue).remove(id);
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
