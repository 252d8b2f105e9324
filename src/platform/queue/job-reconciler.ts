import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import { LOGGER } from '../observability/observability.module.js';
import { JobEntries } from './job-entries.js';
import { JobsRepository } from './jobs.repository.js';
import type { JobRecord } from './job.js';
import { QueueRegistry } from './queue-registry.js';
import { QUEUE_NAMES, QUEUES, type QueueName } from './queues.js';

/** In units of JOB_LOCK_MS. */
const SILENT = 3;
const BATCH = 500;
/** Passes from one look for what an instance of before left behind to the next. */
const ADOPT_EVERY = 60;
/** Longer than the record of a job that has ended takes, with a second try (`JobCompletions`). */
const CLOSING_MS = 1_500;

/**
 * Brings records and queue together again: a job whose start was cut off by a crash, or whose queue entry was lost
 * with Redis, is queued; where a crash kept the next of a tenant from being let in, it is let in. Safe to run on every worker at once.
 */
@Injectable()
export class JobReconciler implements OnApplicationBootstrap, OnModuleDestroy {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly repository: JobsRepository,
    private readonly queues: QueueRegistry,
    private readonly entries: JobEntries,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    if (!this.config.runs.jobs) return;
    let passes = 0;
    const pass = async () => {
      if (passes++ % ADOPT_EVERY === 0) await this.repository.adoptForgotten();
      await this.reconcile();
    };
    this.timer = setInterval(() => {
      this.running = pass().catch((err: unknown) => {
        this.logger.warn({ err }, 'Jobs could not be reconciled');
      });
    }, this.config.queue.lockMs).unref();
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    await this.running;
  }

  /** Looks at jobs that have been silent for `silentMs`. Returns how many were queued again. */
  async reconcile(silentMs = SILENT * this.config.queue.lockMs): Promise<number> {
    if (!this.queues.reachable()) return 0;
    for (const queue of QUEUE_NAMES) await this.entries.admitAll(queue);
    const since = Date.now() - silentMs;
    let queued = 0;
    for (;;) {
      const jobs = await this.repository.silentSince(new Date(since), BATCH);
      // a queue of another version: a worker that knows it will see to its jobs
      const known = jobs.filter(({ queue }) => queue in QUEUES);
      for (const [queue, own] of Map.groupBy(known, (job) => job.queue))
        queued += await this.settle(queue, own, since);
      await this.repository.markSeen(jobs.map(({ id }) => id));
      if (jobs.length < BATCH) break;
    }
    if (queued > 0) this.logger.warn({ queued }, 'Jobs that had left the queue were queued again');
    return queued;
  }

  /** Queues those again that are not in the queue any more; how many. */
  private async settle(queue: QueueName, jobs: JobRecord[], since: number): Promise<number> {
    const endedAt = await this.queues.scripts.known(
      queue,
      jobs.map(({ id }) => id),
    );
    // what has ended since is being closed, or will be looked at again
    const gone = jobs.filter((_, at) => endedAt[at] === null || (endedAt[at] ?? Infinity) <= since);
    if (gone.length === 0) return 0;
    await sleep(CLOSING_MS);
    // their records were not closed although the queue is done with them: they run again, handlers are idempotent
    const lost = await this.repository.stillOpen(gone.map(({ id }) => id));
    for (const [at, job] of jobs.entries())
      if (endedAt[at] && lost.some(({ id }) => id === job.id)) await this.entries.remove(job);
    await this.entries.enterMany(queue, lost);
    return lost.length;
  }
}
