import { Inject, Injectable } from '@nestjs/common';
import { DelayedError, UnrecoverableError, type Job } from 'bullmq';
import type { Logger } from 'pino';
import { messageOf } from '../../kernel/errors.js';
import { reportError } from '../observability/error-reports.js';
import { Metrics } from '../observability/metrics.js';
import { LOGGER } from '../observability/observability.module.js';
import { requestContext } from '../observability/request-context.js';
import {
  assertHarmless,
  currentPayload,
  isAnswer,
  JobFault,
  toJobError,
  toJobFailure,
} from './job-failure.js';
import { JobBeginnings } from './job-beginnings.js';
import { JobCompletions } from './job-completions.js';
import { JobEntries } from './job-entries.js';
import { JobHandlers } from './job-handlers.js';
import { JobJournal } from './job-journal.js';
import { hasEnded, type JobRecord } from './job.js';
import { JobsAhead } from './jobs-ahead.js';
import { JobsRepository } from './jobs.repository.js';
import { ProgressWriter } from './progress-writer.js';
import type { EntryData } from './queue-scripts.js';
import { QUEUES, type QueueName } from './queues.js';
import { CANCELLED, RunningJobs, SHUTDOWN } from './running-jobs.js';

/** Runs a queued job against its record: skips what is done, notes progress, result and failure. */
@Injectable()
export class JobRunner {
  private readonly durations;

  constructor(
    private readonly repository: JobsRepository,
    private readonly journal: JobJournal,
    private readonly ahead: JobsAhead,
    private readonly beginnings: JobBeginnings,
    private readonly completions: JobCompletions,
    private readonly handlers: JobHandlers,
    private readonly running: RunningJobs,
    private readonly entries: JobEntries,
    @Inject(LOGGER) private readonly logger: Logger,
    metrics: Metrics,
  ) {
    this.durations = metrics.histogram('job_duration_seconds', 'Duration of a job try', ['job', 'outcome']);
  }

  async run(queued: Job, token?: string): Promise<void> {
    const id = queued.id ?? '';
    const record =
      this.firstRun(queued) ?? (await this.journal.activate({ id, lost: queued.stalledCounter > 0 }));
    if (!record) {
      await this.cleanUp(id); // ended already, or its start was taken back
      return;
    }
    const { name, shop } = record;
    const context = { jobId: id, jobName: name, ...(shop ? { shop } : {}) };
    await requestContext.run(context, () => this.attempt(queued, token, record));
  }

  /** A run that need not wait for its record; undefined where that has to be asked and told first. */
  private firstRun(queued: Job): JobRecord | undefined {
    if (!isFirst(queued)) return undefined;
    const record = this.ahead.take(queued.queueName as QueueName, queued.id ?? '');
    if (record?.startedAt) this.beginnings.add({ id: record.id, startedAt: record.startedAt });
    return record;
  }

  /** The queue gave a job up outside `run`, e.g. stalled too often. */
  onFailed(queued: Job | undefined, error: Error): void {
    if (!queued?.id || !queued.finishedOn) return;
    const { id } = queued;
    const { group } = queued.data as EntryData;
    const [told, failure] = [toJobError(error), toJobFailure(error)];
    this.journal
      .fail(id, { error: told, failure, final: true, dead: true })
      .then(() => this.cleanUp(id))
      .then(() => this.entries.leave({ queue: queued.queueName as QueueName, id, group: group ?? null }))
      .catch((err: unknown) => {
        this.logger.error({ err }, 'A failed job could not be noted; the reconciler will');
      });
  }

  private async attempt(queued: Job, token: string | undefined, record: JobRecord): Promise<void> {
    const { id, name } = record;
    const begun = () => this.beginnings.noted(id);
    const progress = new ProgressWriter(record, this.repository, this.logger, begun);
    const signal = this.running.enter(id);
    if (record.cancelling) this.running.cancel(id);
    const from = performance.now();
    const end = (outcome: string) => {
      this.durations.observe({ job: name, outcome }, (performance.now() - from) / 1000);
    };
    let result: object;
    try {
      result = await this.handle(record, queued, progress, signal);
    } catch (error) {
      await progress.flush();
      await begun();
      end(signal.aborted ? String(signal.reason) : 'failed');
      await this.notCompleted(queued, token, record, error, signal).finally(() => this.followUp(record));
      return;
    } finally {
      this.running.leave(id);
    }
    await progress.flush();
    this.beginnings.drop(id);
    const startedAt = record.startedAt ?? new Date();
    const follow = async (stored: boolean) => {
      end(stored ? 'completed' : 'failed');
      if (stored) this.logger.info({ job: name, result }, 'Job completed');
      await this.followUp(record);
    };
    const completed = { completion: { id, startedAt, result }, follow };
    // where a group's jobs run one by one, each comes after the record of the one before
    if (record.group !== null && QUEUES[record.queue].perTenant === 1)
      await new Promise<void>((over) => void this.completions.take({ ...completed, over }));
    else await this.completions.take(completed);
  }

  /** What follows from a run's end, whichever it is. */
  private async followUp({ id, name }: JobRecord): Promise<void> {
    if (this.handlers.of(name)?.cleanUp) await this.cleanUp(id);
  }

  private async handle(
    record: JobRecord,
    queued: Job,
    progress: ProgressWriter,
    signal: AbortSignal,
  ): Promise<object> {
    const processor = this.handlers.of(record.name);
    if (!processor) throw new JobFault('job_type_unknown', `No handler knows "${record.name}".`, true);
    assertHarmless(record);
    const payload = currentPayload(processor.type, record);
    signal.throwIfAborted();
    return processor.run({
      ...{ id: record.id, payload, attempt: queued.attemptsMade + 1, signal },
      progress: (state) => {
        progress.set(state);
      },
    });
  }

  private async notCompleted(
    queued: Job,
    token: string | undefined,
    { id, name, queue }: JobRecord,
    error: unknown,
    signal: AbortSignal,
  ): Promise<void> {
    if (signal.reason === CANCELLED) {
      await this.journal.cancelled(id);
      this.logger.info({ job: name }, 'Job cancelled');
      return;
    }
    if (signal.reason === SHUTDOWN) {
      await this.journal.release(id);
      await queued.moveToDelayed(Date.now(), token);
      throw new DelayedError();
    }
    const answer = isAnswer(error);
    const hopeless = answer || (error instanceof JobFault && !error.retry);
    const final = hopeless || queued.attemptsMade + 1 >= QUEUES[queue].attempts;
    if (!answer) {
      this.logger.error({ err: error, job: name, final }, 'Job try failed');
      reportError(error);
    }
    const told = { error: toJobError(error), failure: toJobFailure(error) };
    await this.journal.fail(id, { ...told, final, dead: final && !answer });
    throw hopeless ? new UnrecoverableError(messageOf(error)) : error;
  }

  /** Lets the processor tidy up behind a job that will not run again. */
  private async cleanUp(id: string): Promise<void> {
    try {
      const job = await this.repository.find(id);
      if (job && hasEnded(job.state)) await this.handlers.of(job.name)?.cleanUp?.(job.payload);
    } catch (err) {
      this.logger.warn({ err, jobId: id }, 'What a job worked on could not be removed');
    }
  }
}

/** Nothing has happened to it since it was queued. */
function isFirst({ attemptsStarted, stalledCounter, data }: Job): boolean {
  return attemptsStarted === 1 && stalledCounter === 0 && !(data as EntryData).askFirst;
}
