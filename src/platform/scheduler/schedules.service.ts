import { Inject, Injectable } from '@nestjs/common';
import { CronTime } from 'cron';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import { AppError } from '../../kernel/errors.js';
import { AuditTrail } from '../audit/audit-trail.js';
import type { JobRecord } from '../queue/job.js';
import { JobsService } from '../queue/jobs.service.js';
import { ScheduleRegistry, type Schedule } from './schedule-registry.js';
import { SchedulesRepository } from './schedules.repository.js';

export interface ScheduleState extends Schedule {
  timeZone: string;
  /** Null while it is paused. */
  nextRun: Date | null;
  pausedAt: Date | null;
  lastRun: JobRecord | undefined;
}

/** What operators see of the schedules and do about them. */
@Injectable()
export class SchedulesService {
  constructor(
    private readonly registry: ScheduleRegistry,
    private readonly repository: SchedulesRepository,
    private readonly jobs: JobsService,
    private readonly audit: AuditTrail,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  async list(): Promise<ScheduleState[]> {
    return Promise.all(this.registry.all().map((schedule) => this.stateOf(schedule)));
  }

  /** @throws AppError `schedule_not_found` */
  async get(name: string): Promise<ScheduleState> {
    return this.stateOf(this.find(name));
  }

  /** Its runs, newest first. @throws AppError `schedule_not_found`, `invalid_cursor` */
  async runs(name: string, limit: number, cursor?: string) {
    this.find(name);
    return this.jobs.list({ schedule: name }, limit, cursor);
  }

  /**
   * Starts its job now, beside its slots.
   * @throws AppError `schedule_not_found`, `validation_failed` for a dry run of what has none, `queue_unavailable`
   */
  async run(name: string, dryRun: boolean, by: string): Promise<JobRecord> {
    const schedule = this.find(name);
    if (dryRun && !schedule.dryRun) {
      const message = `"${name}" has no dry run`;
      throw new AppError('validation_failed', message, {
        errors: [{ field: 'dryRun', code: 'dry_run', message }],
      });
    }
    const payload = { ...schedule.payload, ...(dryRun ? { dryRun } : {}) };
    return this.jobs.start(schedule.job, payload, { shop: null, trigger: { kind: 'operator', by } });
  }

  /** Keeps it from ticking, or lets it again; slots that passed in between are not made up for. */
  async pause(name: string, paused: boolean): Promise<ScheduleState> {
    const schedule = this.find(name);
    const now = new Date();
    await this.repository.firstSeen(name, now);
    await this.audit.recorded(
      (session) => this.repository.pause(name, paused ? now : null, session),
      (changed) =>
        changed
          ? {
              ...{ action: 'updated', resource: 'schedule', resourceId: name, shop: null },
              before: { paused: !paused },
              after: { paused },
            }
          : null,
    );
    return this.stateOf(schedule);
  }

  private find(name: string): Schedule {
    const schedule = this.registry.get(name);
    if (!schedule) throw new AppError('schedule_not_found', `There is no schedule "${name}".`);
    return schedule;
  }

  private async stateOf(schedule: Schedule): Promise<ScheduleState> {
    const { timeZone } = this.config;
    const { name } = schedule.job;
    const [remembered, { jobs }] = await Promise.all([
      this.repository.find(name),
      this.jobs.list({ schedule: name }, 1),
    ]);
    const pausedAt = remembered?.pausedAt ?? null;
    const next = new CronTime(schedule.cron, timeZone).sendAt().toJSDate();
    return { ...schedule, timeZone, pausedAt, nextRun: pausedAt ? null : next, lastRun: jobs[0] };
  }
}
