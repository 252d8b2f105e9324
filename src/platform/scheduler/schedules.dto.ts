import { ApiProperty, OmitType } from '@nestjs/swagger';
import { BooleanField } from '../http/fields.js';
import { PageDto } from '../http/list.dto.js';
import { JobDto, toJobDto } from '../queue/job.dto.js';
import type { JobRecord, JobTrigger } from '../queue/job.js';
import type { ScheduleState } from './schedules.service.js';

const TRIGGERS = ['schedule', 'catch-up', 'operator'] as const;

export class RunTriggerDto {
  @ApiProperty({ enum: TRIGGERS, description: '`catch-up` makes up for slots that were missed' })
  kind: JobTrigger['kind'];
  @ApiProperty({ required: false, description: 'The operator' }) by?: string;
  @ApiProperty({ required: false, description: 'The minute it was started for' }) slot?: Date;
}

export class ScheduleRunDto extends OmitType(JobDto, ['shop', 'progress'] as const) {
  @ApiProperty({ type: RunTriggerDto, nullable: true }) trigger: RunTriggerDto | null;
  @ApiProperty({ type: 'integer', nullable: true, description: 'Of the last try, once it has ended' })
  durationMs: number | null;
}

export class ScheduleDto {
  @ApiProperty({ example: 'audit.retention', description: 'The name of its job' }) name: string;
  @ApiProperty() description: string;
  @ApiProperty({ example: '45 2 * * *' }) cron: string;
  @ApiProperty({ example: 'Europe/Berlin' }) timeZone: string;
  @ApiProperty({ type: Date, nullable: true, description: 'Null while it is paused' }) nextRun: Date | null;
  @ApiProperty({ type: Date, nullable: true }) pausedAt: Date | null;
  @ApiProperty({ description: 'Whether a run can only tell what it would do' }) dryRun: boolean;
  @ApiProperty({ type: ScheduleRunDto, nullable: true }) lastRun: ScheduleRunDto | null;
}

export class ScheduleListDto {
  @ApiProperty({ type: [ScheduleDto] }) data: ScheduleDto[];
}

export class ScheduleRunListDto {
  @ApiProperty({ type: [ScheduleRunDto] }) data: ScheduleRunDto[];
  @ApiProperty({ type: PageDto }) page: PageDto;
}

export class RunScheduleDto {
  @BooleanField({ optional: true, description: 'Tell what would be removed and remove nothing' })
  dryRun?: boolean;
}

export class ChangeScheduleDto {
  @BooleanField({ description: 'Whether it is kept from ticking' }) paused: boolean;
}

export function toRunDto(job: JobRecord): ScheduleRunDto {
  const { shop: _shop, progress: _progress, ...run } = toJobDto(job);
  const { startedAt, finishedAt } = run;
  const durationMs = startedAt && finishedAt ? finishedAt.getTime() - startedAt.getTime() : null;
  return { ...run, trigger: job.trigger, durationMs };
}

export function toScheduleDto(state: ScheduleState): ScheduleDto {
  const { job, description, cron, timeZone, nextRun, pausedAt, dryRun = false, lastRun } = state;
  const last = lastRun ? toRunDto(lastRun) : null;
  return { name: job.name, description, cron, timeZone, nextRun, pausedAt, dryRun, lastRun: last };
}
