import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { SchedulerRegistry } from '@nestjs/schedule';
import { CronJob } from 'cron';
import type { Logger } from 'pino';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import { LOGGER } from '../observability/observability.module.js';
import type { JobType } from '../queue/job.js';
import { JobsService } from '../queue/jobs.service.js';

export interface Schedule {
  /** Five fields, in the time zone of `TZ`. */
  cron: string;
  job: JobType<object, object>;
  payload: object;
}

/**
 * Starts jobs by the clock. Every worker ticks; the tick's key `{job}@{slot}` is unique in the database, so each slot
 * runs once whatever the number of instances.
 */
@Injectable()
export class ScheduleRegistry implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly schedules: Schedule[] = [];
  private readonly crons: CronJob[] = [];

  constructor(
    private readonly jobs: JobsService,
    private readonly registry: SchedulerRegistry,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  add(schedule: Schedule): void {
    this.schedules.push(schedule);
  }

  onApplicationBootstrap(): void {
    if (this.config.role === 'api') return;
    for (const schedule of this.schedules) {
      const cron = CronJob.from({
        cronTime: schedule.cron,
        timeZone: this.config.timeZone,
        onTick: () => void this.tick(schedule, new Date()),
        start: true,
      });
      this.registry.addCronJob(schedule.job.name, cron);
      this.crons.push(cron);
    }
  }

  onModuleDestroy(): void {
    for (const cron of this.crons) void cron.stop();
  }

  /** Starts the slot `at` falls in; true when this instance was the first. */
  async tick({ job, payload }: Schedule, at: Date): Promise<boolean> {
    const slot = at.toISOString().slice(0, 16); // cron's resolution is the minute
    try {
      return (
        (await this.jobs.startOnce(job, payload, { shop: null, key: `${job.name}@${slot}` })) !== undefined
      );
    } catch (err) {
      this.logger.error({ err, job: job.name, slot }, 'A scheduled job could not be started');
      return false;
    }
  }
}
