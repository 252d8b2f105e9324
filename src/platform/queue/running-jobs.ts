import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { Logger } from 'pino';
import { LOGGER } from '../observability/observability.module.js';
import { JobsRepository } from './jobs.repository.js';

const LOOK_MS = 1_000;

export const CANCELLED = 'cancelled';
export const SHUTDOWN = 'shutdown';

/**
 * The jobs that run in this process, each with the signal that ends it: the process shuts down, or the job's
 * cancellation was asked for, on whichever instance (one look a second for all that run).
 */
@Injectable()
export class RunningJobs implements OnModuleDestroy {
  private readonly running = new Map<string, AbortController>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly repository: JobsRepository,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Why a signal is aborted is its reason: `CANCELLED` or `SHUTDOWN`. */
  enter(id: string): AbortSignal {
    const control = new AbortController();
    this.running.set(id, control);
    this.timer ??= setInterval(() => void this.look(), LOOK_MS).unref();
    return control.signal;
  }

  leave(id: string): void {
    this.running.delete(id);
  }

  cancel(id: string): void {
    this.running.get(id)?.abort(CANCELLED);
  }

  /** Tells every running job to stop; they go back to the queue. */
  abortAll(): void {
    for (const control of this.running.values()) control.abort(SHUTDOWN);
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  private async look(): Promise<void> {
    if (this.running.size === 0) {
      clearInterval(this.timer);
      this.timer = undefined;
      return;
    }
    try {
      const jobs = await this.repository.findMany([...this.running.keys()]);
      for (const { id, cancelling } of jobs) if (cancelling) this.cancel(id);
    } catch (err) {
      this.logger.warn({ err }, 'Cancellations could not be looked for');
    }
  }
}
