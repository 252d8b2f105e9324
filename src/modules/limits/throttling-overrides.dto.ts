import { ApiProperty, OmitType, PartialType } from '@nestjs/swagger';
import { DateField, EnumField, IntField, StringField } from '../../platform/http/fields.js';
import { OffsetQuery, PageDto } from '../../platform/http/list.dto.js';
import {
  OVERRIDE_ACTIONS,
  SUBJECT_KINDS,
  type OverrideAction,
  type SubjectKind,
  type ThrottlingOverride,
} from './throttling-override.js';

const SUBJECT =
  "`ip`: an address or CIDR; `user`: an account's id; `key`: an API key's id; `tenant`: a shop's domain or an organisation's id";

export class CreateThrottlingOverrideDto {
  @EnumField(SUBJECT_KINDS, { example: 'ip', description: 'What the subject is' })
  subjectKind: SubjectKind;

  @StringField({ minLength: 1, maxLength: 255, example: '192.0.2.0/24', description: SUBJECT })
  subject: string;

  @EnumField(OVERRIDE_ACTIONS, {
    example: 'limit',
    description:
      'Another limit, none, or no access. A block wins over every other override; else the most specific holds: key, user, tenant, longest network',
  })
  action: OverrideAction;

  @IntField({
    optional: true,
    nullable: true,
    min: 1,
    max: 1_000_000,
    example: 300,
    description: 'Requests in any span of `windowSeconds`; for the action `limit`',
  })
  limit?: number | null;

  @IntField({
    optional: true,
    nullable: true,
    min: 1,
    max: 86_400,
    example: 60,
    description: 'For the action `limit`',
  })
  windowSeconds?: number | null;

  @StringField({ minLength: 1, maxLength: 500, example: 'Partner migrates its catalogue this week' })
  reason: string;

  @DateField({
    optional: true,
    nullable: true,
    example: '2099-12-31T00:00:00Z',
    description: 'When it ends by itself; absent or null for never',
  })
  expiresAt?: Date | null;
}

export class UpdateThrottlingOverrideDto extends PartialType(
  OmitType(CreateThrottlingOverrideDto, ['subjectKind', 'subject']),
  { skipNullProperties: false },
) {}

export class ThrottlingOverrideQuery extends OffsetQuery {
  @EnumField(SUBJECT_KINDS, { optional: true, description: 'Only subjects of this kind' })
  subjectKind?: SubjectKind;

  @StringField({
    optional: true,
    minLength: 1,
    maxLength: 255,
    description: 'Only this subject',
  })
  subject?: string;
}

export class ThrottlingOverrideDto {
  @ApiProperty({ example: '6741c0ffee0123456789abcd' }) id: string;
  @ApiProperty({ enum: SUBJECT_KINDS, example: 'ip' }) subjectKind: SubjectKind;
  @ApiProperty({ example: '192.0.2.0/24', description: SUBJECT }) subject: string;
  @ApiProperty({ enum: OVERRIDE_ACTIONS, example: 'limit' }) action: OverrideAction;
  @ApiProperty({ type: 'integer', nullable: true, example: 300 }) limit: number | null;
  @ApiProperty({ type: 'integer', nullable: true, example: 60 }) windowSeconds: number | null;
  @ApiProperty({ example: 'Partner migrates its catalogue this week' }) reason: string;
  @ApiProperty({ example: 'account:6741c0ffee0123456789abce', description: 'The operator' })
  createdBy: string;
  @ApiProperty({ type: Date, nullable: true, example: '2099-12-31T00:00:00.000Z' }) expiresAt: Date | null;
  @ApiProperty({ type: 'integer', example: 1, description: 'The ETag of the resource' }) version: number;
  @ApiProperty() createdAt: Date;
  @ApiProperty() updatedAt: Date;
}

export class ThrottlingOverrideListDto {
  @ApiProperty({ type: [ThrottlingOverrideDto] }) data: ThrottlingOverrideDto[];
  @ApiProperty({ type: PageDto }) page: PageDto;
}

export function toThrottlingOverrideDto(override: ThrottlingOverride): ThrottlingOverrideDto {
  return override;
}
