import { ApiProperty, OmitType } from '@nestjs/swagger';
import { redactFields } from '../audit/redact-fields.js';
import { EnumField, IntField, StringField } from '../http/fields.js';
import { CursorQuery, PageDto } from '../http/list.dto.js';
import type { DeadLetter } from './dead-letters.repository.js';
import { JobDto, JobErrorDto, toJobDto } from './job.dto.js';
import { QUEUE_NAMES, type QueueName } from './queues.js';

export class ListDeadLettersQuery extends CursorQuery {
  @EnumField(QUEUE_NAMES, { optional: true, description: 'Only those of this queue' }) queue?: QueueName;
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
    example: 'nordlys-apparel.myshopify.com',
    description: 'Only those of this shop',
  })
  shop?: string;
}

/** By one request: each is a transaction of its own. */
export const MOST_REPLAYED = 500;

export class ReplayDeadLettersDto {
  @EnumField(QUEUE_NAMES, { optional: true, description: 'Only those of this queue' }) queue?: QueueName;
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
    example: 'nordlys-apparel.myshopify.com',
    description: 'Only those of this shop',
  })
  shop?: string;
  @IntField({
    optional: true,
    min: 1,
    max: MOST_REPLAYED,
    description: `So many at most, newest first; ${MOST_REPLAYED} unless stated`,
  })
  limit?: number;
}

export class ReplayedDto {
  @ApiProperty({ type: 'integer', example: 12 }) replayed: number;
}

export class DeadLetterDto extends OmitType(JobDto, ['result', 'finishedAt'] as const) {
  @ApiProperty({ enum: QUEUE_NAMES }) queue: QueueName;
  @ApiProperty({ description: 'When it was given up' }) deadAt: Date;
  @ApiProperty({ type: 'integer', description: 'Times in a row that its process died while it ran' })
  crashes: number;
  @ApiProperty({ example: "Cannot read properties of undefined (reading 'price')" }) message: string;
}

export class DeadLetterDetailDto extends DeadLetterDto {
  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: 'What it was to work on; secrets, addresses and numbers of people are replaced',
  })
  payload: object;
  @ApiProperty({ type: 'integer' }) payloadVersion: number;
  @ApiProperty({ description: 'Of the last try' }) stack: string;
}

export class DeadLetterListDto {
  @ApiProperty({ type: [DeadLetterDto] }) data: DeadLetterDto[];
  @ApiProperty({ type: PageDto }) page: PageDto;
}

export function toDeadLetterDto({ job, deadAt, failure }: DeadLetter): DeadLetterDto {
  const { result: _result, finishedAt: _finishedAt, ...rest } = toJobDto(job);
  const error: JobErrorDto | null = rest.error;
  return { ...rest, error, queue: job.queue, deadAt, crashes: job.crashes, message: failure.message };
}

export function toDeadLetterDetail(letter: DeadLetter): DeadLetterDetailDto {
  const { payload, payloadVersion } = letter.job;
  const shown = redactFields(payload) as object;
  return { ...toDeadLetterDto(letter), payload: shown, payloadVersion, stack: letter.failure.stack };
}
