import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { Logger } from 'pino';
import { LOGGER } from '../observability/observability.module.js';
import { JobJournal, type Beginning } from './job-journal.js';

/** A run that is over sooner is noted by its completion alone. */
const SHORT_MS = 25;

/**
 * Notes that jobs have begun whose records were read ahead, while they run: some together, and only those that are not
 * over at once. What ends otherwise than well, or tells of its progress, waits for its beginning to be noted.
 */
@Injectable()
export class JobBeginnings implements OnModuleDestroy {
  private readonly unnoted = new Map<string, Beginning>();
  private readonly noting = new Map<string, Promise<void>>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly journal: JobJournal,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  add(beginning: Beginning): void {
    this.unnoted.set(beginning.id, beginning);
    this.lookSoon();
  }

  /** It has ended well, and its completion tells of its beginning. */
  drop(id: string): void {
    this.unnoted.delete(id);
  }

  /** Resolves when the record knows that the job has begun. */
  async noted(id: string): Promise<void> {
    const beginning = this.unnoted.get(id);
    if (beginning) await this.note([beginning]);
    else await this.noting.get(id);
  }

  onModuleDestroy(): void {
    clearTimeout(this.timer);
  }

  private lookSoon(): void {
    this.timer ??= setTimeout(() => {
      this.look();
    }, SHORT_MS).unref();
  }

  private look(): void {
    this.timer = undefined;
    const until = Date.now() - SHORT_MS;
    const long = [...this.unnoted.values()].filter(({ startedAt }) => startedAt.getTime() <= until);
    if (long.length > 0)
      this.note(long).catch((err: unknown) => {
        this.logger.warn({ err }, 'That jobs have begun could not be noted yet');
        for (const beginning of long) this.add(beginning);
      });
    if (this.unnoted.size > 0) this.lookSoon();
  }

  private async note(all: Beginning[]): Promise<void> {
    const noted = this.journal.begun(all);
    for (const { id } of all) {
      this.unnoted.delete(id);
      this.noting.set(id, noted);
    }
    try {
      await noted;
    } finally {
      for (const { id } of all) this.noting.delete(id);
    }
  }
}
