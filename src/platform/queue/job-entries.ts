import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { Logger } from 'pino';
import { Batcher } from '../database/batcher.js';
import { LOGGER } from '../observability/observability.module.js';
import { QueueRegistry } from './queue-registry.js';
import type { EntryData, Later, Queueable } from './queue-scripts.js';
import { jobOptions, type QueueName } from './queues.js';

/** Jobs of one command. */
const AT_MOST = 500;
/** Longer than what decides about the record takes. */
const ASK_DELAY_MS = 1_000;
const NOT_TAKEN: ReadonlySet<string> = new Set(['waiting', 'prioritized', 'delayed']);

/**
 * The entries of jobs in their queues, and fairness between groups (tenants): of each no more than `perTenant` stand in
 * the queue or run, the others wait beside it, by priority, then in the order of their start. The queue itself stays
 * first come first served, and so a single job never stands behind another tenant's ten thousand. With a
 * `tenantPerSecond` no more than that of a group enter in any second. Whoever ends a job lets the next of its group in,
 * in the same command (`queueBackend`); what a crash left is mended by the reconciler.
 */
@Injectable()
export class JobEntries implements OnModuleDestroy {
  private readonly entering = new Map<QueueName, Batcher<Queueable, undefined>>();
  /** Of groups that have used up their rate: when more are let in. */
  private readonly later = new Map<string, NodeJS.Timeout>();

  constructor(
    private readonly queues: QueueRegistry,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Queues a stored job, together with what else is queued at that moment. One that is known there stays where it is. */
  async enter(job: Queueable): Promise<void> {
    let batcher = this.entering.get(job.queue);
    if (!batcher) {
      batcher = new Batcher(async (jobs) => {
        await this.enterMany(job.queue, jobs);
        return jobs.map(() => undefined);
      });
      this.entering.set(job.queue, batcher);
    }
    await batcher.ask(job);
  }

  /** Queues stored jobs of one queue. */
  async enterMany(queue: QueueName, jobs: readonly Queueable[]): Promise<void> {
    for (let at = 0; at < jobs.length; at += AT_MOST)
      this.admitLater(queue, await this.queues.scripts.enter(queue, jobs.slice(at, at + AT_MOST)));
  }

  /** Lets in whoever has room, of every group that waits. */
  async admitAll(queue: QueueName): Promise<void> {
    const groups = await this.queues.scripts.groupsWaiting(queue);
    for (let at = 0; at < groups.length; at += AT_MOST)
      this.admitLater(queue, await this.queues.scripts.admit(queue, groups.slice(at, at + AT_MOST)));
  }

  /** A job that is over without having been completed gives its place to the next of its group. */
  async leave(job: Pick<Queueable, 'queue' | 'id' | 'group'>): Promise<void> {
    this.admitLater(job.queue, await this.queues.scripts.leave(job));
  }

  /** Takes a job out of its queue unless it runs right now. */
  async remove(job: Queueable): Promise<void> {
    await this.queues.get(job.queue).remove(job.id);
    await this.leave(job);
  }

  /**
   * From now on nobody runs the job without asking its record first. False where it has been taken already. One that
   * is not in its queue enters it, so that somebody tidies up behind it.
   */
  async askFirst(job: Queueable): Promise<boolean> {
    const { id, name, queue, priority, group } = job;
    const data: EntryData = { ...(group === null ? {} : { group }), askFirst: true };
    const options = { ...jobOptions(queue), jobId: id, priority, delay: ASK_DELAY_MS };
    const entry = await this.queues.get(queue).add(name, data, options); // changes nothing where it is queued
    await entry.updateData(data);
    return NOT_TAKEN.has(await entry.getState()) || this.queues.scripts.isHeld(job);
  }

  /** Should this process end before, the reconciler of another lets them in. */
  admitLater(queue: QueueName, all: readonly Later[]): void {
    for (const { group, ms } of all) {
      const key = `${queue} ${group}`;
      if (this.later.has(key)) continue;
      const admit = () => {
        this.later.delete(key);
        this.queues.scripts.admit(queue, [group]).then(
          (again) => {
            this.admitLater(queue, again);
          },
          (err: unknown) => {
            this.logger.warn({ err, queue }, 'Waiting jobs could not be queued yet');
          },
        );
      };
      this.later.set(key, setTimeout(admit, ms).unref());
    }
  }

  onModuleDestroy(): void {
    for (const timer of this.later.values()) clearTimeout(timer);
  }
}
