import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Logger } from 'pino';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import { LOGGER } from '../observability/observability.module.js';
import { JobGateRepository } from './job-gate.repository.js';
import { JobGate } from './job-gate.js';
import { JobsRepository } from './jobs.repository.js';
import type { JobRecord } from './job.js';
import { QueueRegistry } from './queue-registry.js';
import { QUEUE_NAMES, QUEUES } from './queues.js';

/** In units of JOB_LOCK_MS. */
const SILENT = 3;
const BATCH = 200;

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
    private readonly gate: JobGate,
    private readonly atGate: JobGateRepository,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    if (!this.config.runs.jobs) return;
    this.timer = setInterval(() => {
      this.running = this.reconcile().catch((err: unknown) => {
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
    for (const queue of QUEUE_NAMES)
      for (const group of await this.atGate.groupsWaiting(queue)) await this.gate.admit(queue, group);
    const jobs = await this.repository.silentSince(new Date(Date.now() - silentMs), BATCH);
    let queued = 0;
    for (const job of jobs) {
      if (await this.settle(job, Date.now() - silentMs)) queued++;
    }
    if (jobs.length > 0) await this.repository.markSeen(jobs.map(({ id }) => id));
    if (queued > 0) this.logger.warn({ queued }, 'Jobs that had left the queue were queued again');
    return queued;
  }

  /** True when the job had to be queued again. */
  private async settle(job: JobRecord, since: number): Promise<boolean> {
    if (!(job.queue in QUEUES)) return false; // of another version: a worker that knows the queue will see to it
    const entry = await this.queues.get(job.queue).getJob(job.id);
    const state = entry ? await entry.getState() : 'unknown';
    if (state === 'failed' || state === 'completed') {
      if ((entry?.finishedOn ?? 0) > since) return false; // its record is being closed (`JobCompletions`)
      // the record was not closed although the queue is done with it: run it again, handlers are idempotent
      await entry?.remove();
    } else if (state !== 'unknown') {
      return false;
    }
    await this.queues.add(job);
    return true;
  }
}
