import { Inject, Injectable } from '@nestjs/common';
import { UnrecoverableError, type Job } from 'bullmq';
import type { Logger } from 'pino';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import { AppError, messageOf } from '../../kernel/errors.js';
import { Metrics } from '../observability/metrics.js';
import { reportError } from '../observability/error-reports.js';
import { LOGGER } from '../observability/observability.module.js';
import { requestContext } from '../observability/request-context.js';
import { JobsRepository } from './jobs.repository.js';
import type { JobProcessor } from './job-processor.js';
import type { JobError, JobProgress, JobRecord, RunningJob } from './job.js';
import { QUEUES } from './queues.js';

const PROGRESS_EVERY_MS = 500;
const DAY_MS = 24 * 3600 * 1000;

/** Runs a queued job against its record: skips what is done, notes progress, result and failure. */
@Injectable()
export class JobRunner {
  private readonly shutdown = new AbortController();
  private readonly durations;

  constructor(
    private readonly repository: JobsRepository,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
    metrics: Metrics,
  ) {
    this.durations = metrics.histogram('job_duration_seconds', 'Duration of a job try', ['job', 'outcome']);
  }

  async run<P extends object, R extends object>(queued: Job, processor: JobProcessor<P, R>): Promise<void> {
    const id = queued.id ?? '';
    const record = await this.repository.activate(id);
    if (!record) {
      await this.cleanUp(id, processor); // done already, or its start was taken back
      return;
    }
    await requestContext.run(
      { jobId: id, jobName: record.name, ...(record.shop ? { shop: record.shop } : {}) },
      async () => {
        const progress = new ProgressWriter(id, this.repository, this.logger);
        const end = this.durations.startTimer({ job: record.name });
        try {
          const result = await processor.run(this.running<P>(record, queued, progress));
          await progress.flush();
          await this.repository.complete(id, result, this.expiry());
          end({ outcome: 'completed' });
          this.logger.info({ job: record.name, result }, 'Job completed');
        } catch (error) {
          end({ outcome: 'failed' });
          await progress.flush();
          await this.failed(queued, record, error);
        } finally {
          await this.cleanUp(id, processor);
        }
      },
    );
  }

  /** The queue gave a job up outside `run`, e.g. stalled too often. */
  onFailed(queued: Job | undefined, error: Error, processor: JobProcessor<object, object>): void {
    if (!queued?.id || !queued.finishedOn) return;
    const { id } = queued;
    this.repository
      .fail(id, toJobError(error), true, this.expiry())
      .then(() => this.cleanUp(id, processor))
      .catch((err: unknown) => {
        this.logger.error({ err }, 'A failed job could not be noted; the reconciler will');
      });
  }

  /** Tells running jobs to stop; they go back to the queue. */
  abort(): void {
    this.shutdown.abort();
  }

  private running<P extends object>(record: JobRecord, queued: Job, progress: ProgressWriter): RunningJob<P> {
    return {
      id: record.id,
      payload: record.payload as P,
      attempt: queued.attemptsMade + 1,
      signal: this.shutdown.signal,
      progress: (state) => {
        progress.set(state);
      },
    };
  }

  private async failed(queued: Job, record: JobRecord, error: unknown): Promise<never> {
    const expected = error instanceof AppError && !isTransient(error);
    const final = expected || queued.attemptsMade + 1 >= QUEUES[record.queue].attempts;
    if (!expected) {
      this.logger.error({ err: error, job: record.name, final }, 'Job try failed');
      reportError(error);
    }
    await this.repository.fail(record.id, toJobError(error), final, this.expiry());
    throw expected ? new UnrecoverableError(messageOf(error)) : error;
  }

  /** Lets the processor tidy up behind a job that will not run again. */
  private async cleanUp<P extends object, R extends object>(
    id: string,
    processor: JobProcessor<P, R>,
  ): Promise<void> {
    if (!processor.cleanUp) return;
    try {
      const job = await this.repository.find(id);
      if (job?.state === 'completed' || job?.state === 'failed') await processor.cleanUp(job.payload as P);
    } catch (err) {
      this.logger.warn({ err, jobId: id }, 'What a job worked on could not be removed');
    }
  }

  private expiry(): Date {
    return new Date(Date.now() + this.config.queue.retentionDays * DAY_MS);
  }
}

function isTransient({ code }: AppError): boolean {
  return code === 'database_unavailable' || code === 'service_unavailable' || code === 'queue_unavailable';
}

/** What the tenant is told: our own errors in full, others without their insides. */
function toJobError(error: unknown): JobError {
  if (error instanceof AppError) return { code: error.code, detail: error.detail };
  return {
    code: 'internal_error',
    detail: 'The job failed on our side; the error is logged under the job id.',
  };
}

/** Stores the newest progress at most every half second, one write at a time. */
class ProgressWriter {
  private latest: JobProgress | undefined;
  private writing: Promise<void> = Promise.resolve();
  private last = 0;

  constructor(
    private readonly id: string,
    private readonly repository: JobsRepository,
    private readonly logger: Logger,
  ) {}

  set({ done, total, unit }: Omit<JobProgress, 'percent'>): void {
    const percent = total ? Math.min(99, Math.floor((100 * done) / total)) : 0;
    this.latest = { percent, done, total, unit };
    if (Date.now() - this.last >= PROGRESS_EVERY_MS) this.write();
  }

  async flush(): Promise<void> {
    this.write();
    await this.writing;
  }

  private write(): void {
    const progress = this.latest;
    if (!progress) return;
    this.latest = undefined;
    this.last = Date.now();
    this.writing = this.writing
      .then(() => this.repository.touch(this.id, progress))
      .catch((err: unknown) => {
        this.logger.warn({ err }, 'Progress could not be stored');
      });
  }
}
