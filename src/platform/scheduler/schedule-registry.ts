import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { SchedulerRegistry } from '@nestjs/schedule';
import { CronJob } from 'cron';
import type { Logger } from 'pino';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import { LOGGER } from '../observability/observability.module.js';
import type { JobTrigger, JobType } from '../queue/job.js';
import { JobsService } from '../queue/jobs.service.js';
import { missedSlot } from './missed-slot.js';
import { SchedulesRepository } from './schedules.repository.js';

const CATCH_UP_MS = 5 * 60_000;

export interface Schedule {
  /** Five fields, in the time zone of `TZ`. */
  cron: string;
  job: JobType<object, object>;
  payload: object;
  /** What it is for, in a sentence. */
  description: string;
  /** Whether its job takes `dryRun: true`, which tells what it would remove and removes nothing. */
  dryRun?: boolean;
}

/**
 * Starts jobs by the clock. Every worker ticks; the tick's key `{job}@{slot}` is unique in the database, so each slot
 * runs once whatever the number of instances. Slots that passed while no worker ran or the queue was away are made up
 * for by one run.
 */
@Injectable()
export class ScheduleRegistry implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly schedules = new Map<string, Schedule>();
  private readonly crons: CronJob[] = [];
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly jobs: JobsService,
    private readonly registry: SchedulerRegistry,
    private readonly repository: SchedulesRepository,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  add(schedule: Schedule): void {
    this.schedules.set(schedule.job.name, schedule);
  }

  all(): readonly Schedule[] {
    return [...this.schedules.values()];
  }

  get(name: string): Schedule | undefined {
    return this.schedules.get(name);
  }

  onApplicationBootstrap(): void {
    if (!this.config.runs.jobs) return;
    for (const schedule of this.schedules.values()) {
      const cron = CronJob.from({
        cronTime: schedule.cron,
        timeZone: this.config.timeZone,
        onTick: () => void this.tick(schedule, new Date()),
        start: true,
      });
      this.registry.addCronJob(schedule.job.name, cron);
      this.crons.push(cron);
    }
    void this.catchUp(new Date());
    this.timer = setInterval(() => void this.catchUp(new Date()), CATCH_UP_MS).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
    for (const cron of this.crons) void cron.stop();
  }

  /** Starts the slot `at` falls in; true when this instance was the first, false also while it is paused. */
  async tick(schedule: Schedule, at: Date, kind: JobTrigger['kind'] = 'schedule'): Promise<boolean> {
    const { job, payload } = schedule;
    const slot = at.toISOString().slice(0, 16); // cron's resolution is the minute
    try {
      if ((await this.repository.find(job.name))?.pausedAt) return false;
      const minute = new Date(`${slot}Z`);
      const key = `${job.name}@${slot}`;
      const started = await this.jobs.startOnce(job, payload, {
        shop: null,
        key,
        trigger: { kind, slot: minute },
      });
      await this.repository.started(job.name, minute);
      return started !== undefined;
    } catch (err) {
      this.logger.error({ err, job: job.name, slot }, 'A scheduled job could not be started');
      return false;
    }
  }

  /** Runs once what should have run since its last slot. Returns the names of what it started. */
  async catchUp(now: Date): Promise<string[]> {
    const started: string[] = [];
    try {
      const remembered = await this.repository.findMany([...this.schedules.keys()]);
      for (const [name, schedule] of this.schedules) {
        const last = remembered.get(name)?.lastSlot;
        if (!last) await this.repository.firstSeen(name, now);
        const slot = last && missedSlot(schedule.cron, this.config.timeZone, last, now);
        if (slot && (await this.tick(schedule, slot, 'catch-up'))) started.push(name);
      }
      if (started.length > 0) this.logger.warn({ started }, 'Missed schedules were made up for');
    } catch (err) {
      this.logger.warn({ err }, 'Missed schedules could not be looked for');
    }
    return started;
  }
}
