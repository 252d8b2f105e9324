import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Observable, type Subscriber } from 'rxjs';
import type { Logger } from 'pino';
import { Metrics } from '../observability/metrics.js';
import { LOGGER } from '../observability/observability.module.js';
import { JobsRepository } from './jobs.repository.js';
import { hasEnded, type JobRecord } from './job.js';

const EVERY_MS = 500;

/** Who follows a job, each with the state it was last told. */
type Listeners = Map<Subscriber<JobRecord>, string>;

/**
 * Follows jobs for any number of listeners with one database command per tick, so that watching costs the same for
 * one listener and for thousands, and needs no Redis.
 */
@Injectable()
export class JobWatcher implements OnModuleDestroy {
  private readonly listeners = new Map<string, Listeners>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly repository: JobsRepository,
    @Inject(LOGGER) private readonly logger: Logger,
    metrics: Metrics,
  ) {
    metrics.gauge('job_listeners', 'Clients that follow a job', () =>
      this.listeners.values().reduce((sum, { size }) => sum + size, 0),
    );
  }

  /** The job as it is now, then at every change; completes when the job has ended or is gone. */
  watch(id: string): Observable<JobRecord> {
    return new Observable((subscriber) => {
      const listeners: Listeners = this.listeners.get(id) ?? new Map<Subscriber<JobRecord>, string>();
      this.listeners.set(id, listeners.set(subscriber, ''));
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
    for (const id of this.listeners.keys()) this.end(id);
  }

  private stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private async tick(ids = [...this.listeners.keys()]): Promise<void> {
    try {
      const jobs = await this.repository.findMany(ids);
      for (const job of jobs) this.tell(job);
      const found = new Set(jobs.map(({ id }) => id));
      for (const id of ids) if (!found.has(id)) this.end(id);
    } catch (err) {
      this.logger.warn({ err }, 'Watched jobs could not be read');
    }
  }

  private tell(job: JobRecord): void {
    const state = JSON.stringify(job);
    const listeners = this.listeners.get(job.id) ?? new Map<Subscriber<JobRecord>, string>();
    for (const [listener, told] of [...listeners]) {
      if (told === state) continue;
      listeners.set(listener, state);
      listener.next(job);
    }
    if (hasEnded(job.state)) this.end(job.id);
  }

  private end(id: string): void {
    for (const listener of [...(this.listeners.get(id)?.keys() ?? [])]) listener.complete();
  }
}
