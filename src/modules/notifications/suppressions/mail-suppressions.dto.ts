import { ApiProperty } from '@nestjs/swagger';
import { IsEmail } from 'class-validator';
import { EnumField, StringField } from '../../../platform/http/fields.js';
import { CursorQuery, PageDto } from '../../../platform/http/list.dto.js';
import {
  EVERYWHERE,
  SUPPRESSION_REASONS,
  type MailSuppressionDocument,
  type SuppressionReason,
} from '../../../platform/mail/mail-suppression.schema.js';

const ADDRESS = { maxLength: 254, example: 'ada@example.com' };

export class ListMailSuppressionsQuery extends CursorQuery {
  @StringField({ ...ADDRESS, optional: true, minLength: 1, description: 'Only this address, in any case' })
  address?: string;

  @EnumField(SUPPRESSION_REASONS, { optional: true, description: 'Only those for this reason' })
  reason?: SuppressionReason;
}

export class AddMailSuppressionDto {
  @IsEmail()
  @StringField({ ...ADDRESS, format: 'email' })
  address: string;

  @EnumField(SUPPRESSION_REASONS, { optional: true, default: 'manual', description: 'Why' })
  reason: SuppressionReason = 'manual';

  @StringField({ optional: true, maxLength: 500, example: 'Asked for it by telephone' })
  detail?: string;
}

export class MailSuppressionDto {
  @ApiProperty({ example: '6921b0d2a1f4b0a7c9e01234' }) id: string;
  @ApiProperty({ example: 'ada@example.com', description: 'In lower case' }) address: string;
  @ApiProperty({ enum: SUPPRESSION_REASONS }) reason: SuppressionReason;
  @ApiProperty({
    type: String,
    nullable: true,
    example: 'nordlys-apparel.myshopify.com',
    description: 'Whose mails it is about; null for all',
  })
  tenant: string | null;
  @ApiProperty({ example: '550 5.1.1 No such user' }) detail: string;
  @ApiProperty() createdAt: Date;
}

export class MailSuppressionListDto {
  @ApiProperty({ type: [MailSuppressionDto] }) data: MailSuppressionDto[];
  @ApiProperty({ type: PageDto }) page: PageDto;
}

export function toMailSuppressionDto(entry: MailSuppressionDocument): MailSuppressionDto {
  const { _id, address, reason, scope, detail, createdAt } = entry;
  const tenant = scope === EVERYWHERE ? null : scope;
  return { id: String(_id), address, reason, tenant, detail, createdAt };
}
