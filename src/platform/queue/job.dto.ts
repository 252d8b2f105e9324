import { ApiProperty } from '@nestjs/swagger';
import { EnumField, StringField } from '../http/fields.js';
import { CursorQuery, PageDto } from '../http/list.dto.js';
import { JOB_STATES, type JobRecord, type JobState } from './job.js';

export class JobProgressDto {
  @ApiProperty({ type: 'integer', example: 62 }) percent: number;
  @ApiProperty({ type: 'integer', example: 62_000 }) done: number;
  @ApiProperty({ type: 'integer', nullable: true, example: 100_000 }) total: number | null;
  @ApiProperty({ example: 'products', description: 'What `done` and `total` count' }) unit: string;
}

export class JobErrorDto {
  @ApiProperty({ example: 'csv_malformed' }) code: string;
  @ApiProperty() detail: string;
}

export class JobDto {
  @ApiProperty({ example: '6921b0d2a1f4b0a7c9e01234' }) id: string;
  @ApiProperty({ example: 'sitemap.generate' }) name: string;
  @ApiProperty({
    type: String,
    nullable: true,
    example: 'demo.myshopify.com',
    description: 'Whose it is: a shop, or the id of an organisation',
  })
  shop: string | null;
  @ApiProperty({ enum: JOB_STATES }) state: JobState;
  @ApiProperty({ type: JobProgressDto, nullable: true }) progress: JobProgressDto | null;
  @ApiProperty({ type: Object, nullable: true, description: 'What the job found or made, once completed' })
  result: object | null;
  @ApiProperty({ type: JobErrorDto, nullable: true, description: 'Why the last try failed' })
  error: JobErrorDto | null;
  @ApiProperty({ type: 'integer', description: 'Tries so far' }) attempts: number;
  @ApiProperty() createdAt: Date;
  @ApiProperty({ type: Date, nullable: true }) startedAt: Date | null;
  @ApiProperty({ type: Date, nullable: true }) finishedAt: Date | null;
}

export class ListJobsQuery extends CursorQuery {
  @EnumField(JOB_STATES, { optional: true, description: 'Only those in this state' }) state?: JobState;
  @StringField({
    optional: true,
    minLength: 1,
    example: 'sitemap.generate',
    description: 'Only those of this kind',
  })
  name?: string;
  @StringField({
    optional: true,
    minLength: 1,
    example: 'demo.myshopify.com',
    description: 'Only those of this shop or organisation',
  })
  shop?: string;
}

export class JobListDto {
  @ApiProperty({ type: [JobDto] }) data: JobDto[];
  @ApiProperty({ type: PageDto }) page: PageDto;
}

/** Answer to a request that started a job. */
export class JobStartedDto {
  @ApiProperty({ example: '6921b0d2a1f4b0a7c9e01234' }) jobId: string;
  @ApiProperty({
    type: 'integer',
    required: false,
    example: 3,
    description: 'Seconds the job will take, as measured on earlier ones',
  })
  estimatedTime?: number;
}

export function toJobDto(job: JobRecord): JobDto {
  const { id, name, shop, state, progress, result, error, attempts, createdAt, startedAt, finishedAt } = job;
  const done = state === 'completed' && progress ? { ...progress, percent: 100 } : progress;
  return { id, name, shop, state, progress: done, result, error, attempts, createdAt, startedAt, finishedAt };
}
