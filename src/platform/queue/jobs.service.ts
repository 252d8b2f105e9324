import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { Types, type ClientSession } from 'mongoose';
import type { Logger } from 'pino';
import { decodeId, encodeCursor } from '../../kernel/cursor.js';
import { AppError } from '../../kernel/errors.js';
import { AuditTrail } from '../audit/audit-trail.js';
import type { AuditChange } from '../audit/audit-event.js';
import { isDuplicateKey } from '../database/database-errors.js';
import { createOnce, newId } from '../idempotency/creation.js';
import { LOGGER } from '../observability/observability.module.js';
import { requestContext } from '../observability/request-context.js';
import { TenantData } from '../tenancy/tenant-data.js';
import { JobJournal } from './job-journal.js';
import { JobListsRepository, type JobFilter } from './job-lists.repository.js';
import { JobsRepository, type NewJob } from './jobs.repository.js';
import { JobEntries } from './job-entries.js';
import type { JobRecord, JobTrigger, JobType } from './job.js';
import { QueueRegistry } from './queue-registry.js';
import type { Queueable } from './queue-scripts.js';
import { JOB_PRIORITIES, type JobPriority } from './queues.js';

const SORT = 'jobs';

export interface StartOptions {
  shop: string | null;
  /** Two starts with one key are one job, for ever. */
  key?: string;
  /** Of the jobs that have not ended, one at most has this. */
  openKey?: string;
  /** `interactive` unless stated: before what may take its time. */
  priority?: JobPriority;
  /** Of whose jobs only some run at once, in the order of their start; the tenant unless stated. */
  group?: string;
  /** What started it, where it was not a request of the tenant. */
  trigger?: JobTrigger;
}

/** Starts jobs and tells how they fare. */
@Injectable()
export class JobsService implements OnModuleInit {
  constructor(
    private readonly repository: JobsRepository,
    private readonly lists: JobListsRepository,
    private readonly journal: JobJournal,
    private readonly queues: QueueRegistry,
    private readonly entries: JobEntries,
    private readonly tenants: TenantData,
    private readonly audit: AuditTrail,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    this.tenants.register('jobs', (shop) => this.repository.deleteAll(shop));
  }

  /**
   * Stores the job, then queues it under the same id. Either it will run, also when this process dies in between
   * (the reconciler queues it), or the start is refused and nothing is left of it.
   * @throws AppError `queue_unavailable` when the queue cannot be reached
   */
  async start<P extends object, R extends object>(
    type: JobType<P, R>,
    payload: P,
    options: StartOptions,
  ): Promise<JobRecord> {
    this.queues.assertReachable();
    return createOnce(
      type.name,
      (id) => this.resumed(String(id)),
      (id) => this.startNew({ ...newJob(type, payload, options), revocable: true }, id),
    );
  }

  /** Stores a job inside the caller's transaction; `release` or the reconciler queues it after the commit. */
  async record<P extends object, R extends object>(
    type: JobType<P, R>,
    payload: P,
    options: StartOptions,
    session?: ClientSession,
  ): Promise<JobRecord> {
    return this.repository.insert(newJob(type, payload, options), newId(type.name), session);
  }

  /** Stores many jobs inside the caller's transaction; `release` or the reconciler queues them after the commit. */
  async recordMany<P extends object, R extends object>(
    type: JobType<P, R>,
    jobs: readonly { payload: P; options: StartOptions }[],
    session: ClientSession,
  ): Promise<JobRecord[]> {
    if (jobs.length === 0) return [];
    const wanted = jobs.map(({ payload, options }) => newJob(type, payload, options));
    return this.repository.insertMany(wanted, session);
  }

  /** Queues what was stored by `record`, without waiting; where that fails, the reconciler does it. */
  release(jobs: readonly Queueable[]): void {
    for (const [queue, own] of Map.groupBy(jobs, (job) => job.queue))
      this.entries.enterMany(queue, own).catch((err: unknown) => {
        this.logger.warn({ err, jobs: own.length }, 'Jobs could not be queued yet');
      });
  }

  /** Starts a job at most once per key, whichever instance comes first; undefined when another did. */
  async startOnce<P extends object, R extends object>(
    type: JobType<P, R>,
    payload: P,
    options: StartOptions & { key: string },
  ): Promise<JobRecord | undefined> {
    try {
      return await this.start(type, payload, options);
    } catch (error) {
      if (isDuplicateKey(error, 'key')) return undefined;
      throw error;
    }
  }

  /** Starts a job unless one with the same `openKey` has not ended yet; then that one is given. */
  async startExclusive<P extends object, R extends object>(
    type: JobType<P, R>,
    payload: P,
    options: StartOptions & { openKey: string },
  ): Promise<JobRecord> {
    for (;;) {
      try {
        return await this.start(type, payload, options);
      } catch (error) {
        if (!isDuplicateKey(error, 'openKey')) throw error;
        const open = await this.repository.findOpen(options.openKey);
        if (open) return open; // else it ended just now
      }
    }
  }

  /**
   * One job, if `maySee` allows its tenant.
   * @throws AppError `job_not_found`, also for another tenant's
   */
  async get(id: string, maySee: (shop: string | null) => boolean): Promise<JobRecord> {
    const job = await this.repository.find(id);
    if (!job || !maySee(job.shop)) throw new AppError('job_not_found', `There is no job "${id}".`);
    return job;
  }

  /** A page of jobs, newest first. @throws AppError `invalid_cursor` */
  async list(filter: JobFilter, limit: number, cursor?: string) {
    const before = cursor === undefined ? undefined : new Types.ObjectId(decodeId(cursor, SORT));
    const jobs = await this.lists.list(filter, before, limit + 1);
    const hasMore = jobs.length > limit;
    if (hasMore) jobs.pop();
    const last = jobs.at(-1);
    const nextCursor = hasMore && last ? encodeCursor({ sort: SORT, values: [last.id] }) : null;
    return { jobs, page: { hasMore, nextCursor } };
  }

  /**
   * Ends a job: at once where it waits, within moments where it runs. What a running one has done stays done.
   * @throws AppError `job_not_found`, `job_ended`, `queue_unavailable`
   */
  async cancel(id: string, maySee: (shop: string | null) => boolean): Promise<JobRecord> {
    const { name, shop } = await this.get(id, maySee);
    this.queues.assertReachable();
    const asked = await this.audit.recorded(
      (session) => this.repository.requestCancel(id, session),
      (job) => (job ? { action: 'cancelled', resource: 'job', resourceId: id, shop, after: { name } } : null),
    );
    if (!asked) throw new AppError('job_ended', `The job "${id}" has ended already.`);
    // whoever takes it from now on finds it ended and tidies up behind it; where it runs, it is told there
    if (await this.entries.askFirst(asked)) await this.journal.cancelled(id, 'waiting');
    return this.get(id, maySee);
  }

  /** Queues a stored job that the queue may have done with. */
  async requeue(job: JobRecord): Promise<void> {
    await this.entries.remove(job);
    await this.entries.enter(job);
  }

  /**
   * Seconds that work of `units` will take, from the speed of the last completed runs of the same job;
   * `fallbackPerUnitMs` stands in until one has run.
   */
  async estimateSeconds(
    type: JobType<object, object>,
    units: number,
    fallbackPerUnitMs: number,
    unitsOf: (job: JobRecord) => number,
  ): Promise<number> {
    const runs = await this.repository.lastCompleted(type.name, 10);
    let ms = 0;
    let done = 0;
    for (const run of runs) {
      if (!run.startedAt || !run.finishedAt) continue;
      ms += run.finishedAt.getTime() - run.startedAt.getTime();
      done += unitsOf(run);
    }
    const perUnit = done > 0 ? ms / done : fallbackPerUnitMs;
    return Math.max(1, Math.ceil((perUnit * units) / 1000));
  }

  /** What an earlier try of the request started; it may not have come to queue it. */
  private async resumed(id: string): Promise<JobRecord | undefined> {
    const job = await this.repository.find(id);
    if (job?.state === 'waiting') await this.entries.enter(job);
    return job;
  }

  private async startNew(wanted: NewJob, id: Types.ObjectId): Promise<JobRecord> {
    // what the clock or another job starts is told by what it does
    const job = requestContext.getStore()?.principal
      ? await this.audit.recorded((session) => this.repository.insert(wanted, id, session), startOf)
      : await this.repository.insert(wanted, id);
    try {
      await this.entries.enter(job);
    } catch (cause) {
      this.logger.warn({ err: cause, jobId: job.id }, 'A job could not be queued');
      if (await this.audit.retracted('job', job.id, (session) => this.repository.withdraw(job.id, session)))
        throw this.queues.unavailable(cause);
    }
    return job;
  }
}

function newJob(
  { name, queue, version }: JobType<object, object>,
  payload: object,
  { shop, key, openKey, priority = 'interactive', group, trigger }: StartOptions,
): NewJob {
  return {
    ...{ name, queue, shop, payload, payloadVersion: version },
    priority: JOB_PRIORITIES[priority],
    group: group ?? shop,
    trigger: trigger ?? null,
    ...(key ? { key } : {}),
    ...(openKey ? { openKey } : {}),
  };
}

function startOf({ id, name, shop }: JobRecord): AuditChange {
  return { action: 'started', resource: 'job', resourceId: id, shop, after: { name } };
}
