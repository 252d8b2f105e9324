import type { Logger } from 'pino';
import type { JobProgress, JobRecord } from './job.js';
import type { JobsRepository } from './jobs.repository.js';

const EVERY_MS = 500;

/** Stores the newest progress of a running job at most every half second, one write at a time. */
export class ProgressWriter {
  private latest: JobProgress | undefined;
  private writing: Promise<void> = Promise.resolve();
  private last = 0;
  private furthest: number;

  constructor(
    private readonly job: Pick<JobRecord, 'id' | 'furthest'>,
    private readonly repository: JobsRepository,
    private readonly logger: Logger,
    /** Resolves when the record knows that the job runs. */
    private readonly begun: () => Promise<void>,
  ) {
    this.furthest = job.furthest;
  }

  set({ done, total, unit }: Omit<JobProgress, 'percent'>): void {
    const percent = total ? Math.min(99, Math.floor((100 * done) / total)) : 0;
    this.latest = { percent, done, total, unit };
    if (Date.now() - this.last >= EVERY_MS) this.write();
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
    const further = progress.done > this.furthest;
    if (further) this.furthest = progress.done;
    this.writing = this.writing
      .then(this.begun)
      .then(() => this.repository.touch(this.job.id, progress, further))
      .catch((err: unknown) => {
        this.logger.warn({ err }, 'Progress could not be stored');
      });
  }
}
