import { Inject, Injectable } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { isDatabaseUnavailable } from '../database/database-errors.js';
import { reportError } from '../observability/error-reports.js';
import { LOGGER } from '../observability/observability.module.js';
import { toJobError, toJobFailure } from './job-failure.js';
import { JobJournal, type Completion } from './job-journal.js';

/** Of one process. While so many wait to be stored, a job keeps its place until some are. */
const MOST = 1_000;
const BATCH = 500;
/** Commands under way. */
const AT_ONCE = 2;
/** The place of a completed job is free: its record can wait for others. */
const GATHER_MS = 40;
const TRIES = 5;
const PAUSE_MS = 1_000;

interface Taken {
  completion: Completion;
  /** What follows when the completion is stored, or cannot be: the job has failed then. */
  follow: (stored: boolean) => Promise<void>;
  /** Called last, also where neither could be done. */
  over?: () => void;
}

/**
 * Stores that jobs are completed while their places run the next ones: a majority write takes longer than most
 * handlers. The queue has done with such a job; should this process die before the record is stored, the
 * reconciler finds it open and has it run again.
 */
@Injectable()
export class JobCompletions {
  private waiting: Taken[] = [];
  private readonly storing = new Set<Promise<void>>();
  private timer: NodeJS.Timeout | undefined;
  private closing = false;

  constructor(
    private readonly journal: JobJournal,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Closes the record, then does what follows from that. Resolves at once unless too many wait to be stored. */
  async take(taken: Taken): Promise<void> {
    this.waiting.push(taken);
    this.gather();
    if (taken.over) this.flush(); // somebody waits
    if (this.waiting.length < MOST) return;
    this.flush();
    await Promise.race(this.storing);
  }

  /** Resolves when nothing is left to store; what the database does not take now is left to the reconciler. */
  async close(): Promise<void> {
    this.closing = true;
    while (this.waiting.length + this.storing.size > 0) {
      this.flush();
      await Promise.race(this.storing);
    }
  }

  /** The longer the database takes, the more are stored together. */
  private gather(): void {
    if (this.timer !== undefined || this.storing.size === AT_ONCE) return;
    this.timer = setTimeout(() => {
      this.flush();
    }, GATHER_MS);
  }

  private flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    while (this.waiting.length > 0 && this.storing.size < AT_ONCE) {
      const stored = this.store(this.waiting.splice(0, BATCH)).finally(() => {
        this.storing.delete(stored);
        if (this.waiting.length > 0) this.gather();
      });
      this.storing.add(stored);
    }
  }

  /** What cannot be stored takes those along it was stored with: each is tried alone then. */
  private async store(batch: Taken[]): Promise<void> {
    try {
      await this.journal.completeMany(batch.map(({ completion }) => completion));
    } catch {
      await Promise.all(batch.map((taken) => this.storeAlone(taken).finally(taken.over)));
      return;
    }
    await Promise.all(batch.map((taken) => this.stored(taken)));
    for (const { over } of batch) over?.();
  }

  private async storeAlone(taken: Taken): Promise<void> {
    const { completion } = taken;
    for (let tries = 1; ; tries++) {
      try {
        await this.journal.completeMany([completion]);
        await this.stored(taken);
        return;
      } catch (error) {
        if (!isDatabaseUnavailable(error)) {
          await this.refused(taken, error);
          return;
        }
        if (this.closing || tries === TRIES) {
          this.leave(completion, error);
          return;
        }
      }
      await sleep(PAUSE_MS);
    }
  }

  private async stored({ completion, follow }: Taken): Promise<void> {
    try {
      await follow(true);
    } catch (err) {
      this.logger.warn({ err, jobId: completion.id }, 'What follows a completed job could not be done');
    }
  }

  /** A result that cannot be stored. */
  private async refused({ completion, follow }: Taken, error: unknown): Promise<void> {
    reportError(error);
    const told = { error: toJobError(error), failure: toJobFailure(error) };
    try {
      await this.journal.begun([completion]);
      await this.journal.fail(completion.id, { ...told, final: true, dead: true });
      await follow(false);
    } catch (err) {
      this.leave(completion, err);
    }
  }

  private leave({ id }: Completion, err: unknown): void {
    this.logger.error({ err, jobId: id }, 'A completed job could not be noted; it will be run again');
  }
}
