import { Inject, Injectable } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { isDatabaseUnavailable } from '../database/database-errors.js';
import { reportError } from '../observability/error-reports.js';
import { LOGGER } from '../observability/observability.module.js';
import { toJobError, toJobFailure } from './job-failure.js';
import { JobJournal } from './job-journal.js';

/** Of one process. While so many are being stored, a job keeps its place until it is stored itself. */
const MOST = 1_000;
const TRIES = 5;
const PAUSE_MS = 1_000;

/**
 * Stores that jobs are completed while their places run the next ones: a majority write takes longer than most
 * handlers. The queue has done with such a job; should this process die before the record is stored, the
 * reconciler finds it open and has it run again.
 */
@Injectable()
export class JobCompletions {
  private readonly storing = new Set<Promise<void>>();
  private closing = false;

  constructor(
    private readonly journal: JobJournal,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Closes the record, then does what follows from that. Returns at once unless too many are being stored. */
  async take(id: string, result: object, follow: (stored: boolean) => Promise<void>): Promise<void> {
    const stored = this.store(id, result)
      .then(follow)
      .catch((err: unknown) => {
        this.logger.error({ err, jobId: id }, 'A completed job could not be noted; it will be run again');
      })
      .finally(() => this.storing.delete(stored));
    this.storing.add(stored);
    if (this.storing.size >= MOST) await stored;
  }

  /** Resolves when nothing is left to store; what the database does not take now is left to the reconciler. */
  async close(): Promise<void> {
    this.closing = true;
    await Promise.all(this.storing);
  }

  /** False when the result is none that can be stored: the job has failed then. */
  private async store(id: string, result: object): Promise<boolean> {
    try {
      await this.journal.complete(id, result);
      return true;
    } catch {
      return this.storeAlone(id, result); // what cannot be stored takes those along it was stored with
    }
  }

  private async storeAlone(id: string, result: object): Promise<boolean> {
    for (let tries = 1; ; tries++) {
      try {
        await this.journal.completeMany([{ id, result }]);
        return true;
      } catch (error) {
        if (!isDatabaseUnavailable(error)) {
          reportError(error);
          const told = { error: toJobError(error), failure: toJobFailure(error) };
          await this.journal.fail(id, { ...told, final: true, dead: true });
          return false;
        }
        if (this.closing || tries === TRIES) throw error;
      }
      await sleep(PAUSE_MS);
    }
  }
}
