import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import { LOGGER } from '../observability/observability.module.js';
import { JobEntries } from './job-entries.js';
import { JobsRepository } from './jobs.repository.js';
import { QueueRegistry } from './queue-registry.js';
import type { Queueable } from './queue-scripts.js';
import { QUEUE_NAMES, QUEUES, type QueueName } from './queues.js';

/** In units of JOB_LOCK_MS. */
const SILENT = 3;
const BATCH = 500;
/** Passes from one look for what an instance of before left behind to the next. */
const ADOPT_EVERY = 60;
/** Longer than the record of a job that has ended takes, with a second try (`JobCompletions`). */
const CLOSING_MS = 1_500;

/** A job that has left its queue, though its record is open. */
interface Gone extends Queueable {
  /** The queue still has its entry. */
  ended: boolean;
}

/**
 * Brings records and queue together again: a job whose start was cut off by a crash, or whose queue entry was lost
 * with Redis, is queued; where a crash kept the next of a tenant from being let in, it is let in. Safe to run on every worker at once.
 */
@Injectable()
export class JobReconciler implements OnApplicationBootstrap, OnModuleDestroy {
  private timer: NodeJS.Timeout | undefined;
  /** The pass under way: one that takes long is not joined by the next. */
  private running: Promise<unknown> | undefined;

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
      this.running ??= pass()
        .catch((err: unknown) => {
          this.logger.warn({ err }, 'Jobs could not be reconciled');
        })
        .finally(() => (this.running = undefined));
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
    const gone = await this.gone(Date.now() - silentMs);
    if (gone.length === 0) return 0;
    await sleep(CLOSING_MS);
    let queued = 0;
    for (const [queue, all] of Map.groupBy(gone, (job) => job.queue))
      for (let at = 0; at < all.length; at += BATCH)
        queued += await this.queueAgain(queue, all.slice(at, at + BATCH));
    if (queued > 0) this.logger.warn({ queued }, 'Jobs that had left the queue were queued again');
    return queued;
  }

  /** Silent jobs that their queue does not know, or has done with for as long. */
  private async gone(since: number): Promise<Gone[]> {
    const gone: Gone[] = [];
    for (;;) {
      const jobs = await this.repository.silentSince(new Date(since), BATCH);
      // a queue of another version: a worker that knows it will see to its jobs
      const known = jobs.filter(({ queue }) => queue in QUEUES);
      for (const [queue, own] of Map.groupBy(known, (job) => job.queue)) {
        const endedAt = await this.queues.scripts.known(queue, idsOf(own));
        for (const [at, { id, name, priority, group }] of own.entries()) {
          const end = endedAt[at];
          if (end === null || (end !== undefined && end <= since))
            gone.push({ id, name, queue, priority, group, ended: end !== null });
        }
      }
      await this.repository.markSeen(idsOf(jobs));
      if (jobs.length < BATCH) return gone;
    }
  }

  /** Those whose records are still open: the queue had done with them, or lost them. Handlers are idempotent. */
  private async queueAgain(queue: QueueName, gone: readonly Gone[]): Promise<number> {
    const open = new Set(idsOf(await this.repository.stillOpen(idsOf(gone))));
    const lost = gone.filter(({ id }) => open.has(id));
    for (const job of lost) if (job.ended) await this.entries.remove(job);
    await this.entries.enterMany(queue, lost);
    return lost.length;
  }
}

function idsOf(jobs: readonly { id: string }[]): string[] {
  return jobs.map(({ id }) => id);
}
