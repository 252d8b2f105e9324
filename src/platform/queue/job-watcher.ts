import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Observable, type Subscriber } from 'rxjs';
import type { Logger } from 'pino';
import { LOGGER } from '../observability/observability.module.js';
import { JobsRepository } from './jobs.repository.js';
import type { JobRecord } from './job.js';

const EVERY_MS = 500;

/**
 * Follows jobs for any number of listeners with one database command per tick, so that watching costs the same for
 * one listener and for thousands, and needs no Redis.
 */
@Injectable()
export class JobWatcher implements OnModuleDestroy {
  private readonly listeners = new Map<string, Set<Subscriber<JobRecord>>>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly repository: JobsRepository,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** The job as it is now, then at every change; completes when the job has ended. */
  watch(id: string): Observable<JobRecord> {
    return new Observable((subscriber) => {
      const listeners = this.listeners.get(id) ?? new Set();
      this.listeners.set(id, listeners.add(subscriber));
      this.timer ??= setInterval(() => void this.tick(), EVERY_MS).unref();
      void this.tick([id]);
      return () => {
        listeners.delete(subscriber);
        if (listeners.size === 0) this.listeners.delete(id);
        if (this.listeners.size === 0) this.stop();
      };
    });
  }

  onModuleDestroy(): void {
    this.stop();
    for (const listeners of this.listeners.values())
      for (const listener of [...listeners]) listener.complete();
  }

  private stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private async tick(ids = [...this.listeners.keys()]): Promise<void> {
    try {
      for (const job of await this.repository.findMany(ids)) this.tell(job);
    } catch (err) {
      this.logger.warn({ err }, 'Watched jobs could not be read');
    }
  }

  private tell(job: JobRecord): void {
    for (const listener of [...(this.listeners.get(job.id) ?? [])]) {
      listener.next(job);
      if (job.state === 'completed' || job.state === 'failed') listener.complete();
    }
  }
}
