import { ApiProperty } from '@nestjs/swagger';
import { StringField } from '../../../platform/http/fields.js';

class TemplateVariableDto {
  @ApiProperty({ example: 'number' }) name: string;
  @ApiProperty({ example: "The order's number" }) description: string;
  @ApiProperty({ description: 'Whether it may be left out' }) optional: boolean;
}

export class MailTemplateDto {
  @ApiProperty({ example: 'order-shipped' }) name: string;
  @ApiProperty({ type: 'integer', example: 1 }) version: number;
  @ApiProperty({ enum: ['transactional', 'other'], description: '`other` can be unsubscribed from' })
  kind: 'transactional' | 'other';
  @ApiProperty() description: string;
  @ApiProperty({ type: [String], example: ['en', 'de', 'fr'] }) languages: string[];
  @ApiProperty({ type: [TemplateVariableDto] }) variables: TemplateVariableDto[];
}

export class MailTemplatesDto {
  @ApiProperty({ type: [MailTemplateDto] }) data: MailTemplateDto[];
}

export class PreviewMailTemplateQuery {
  @StringField({
    optional: true,
    maxLength: 15,
    example: 'de',
    description: 'BCP 47; English where the template does not know it',
  })
  language?: string;
}

export class MailPreviewDto {
  @ApiProperty({ example: 'de', description: 'What it is written in' }) language: string;
  @ApiProperty({ example: 'Ihre Bestellung 1042 ist unterwegs' }) subject: string;
  @ApiProperty({ description: 'The plain text form' }) text: string;
  @ApiProperty({ description: 'The HTML form' }) html: string;
  @ApiProperty({ type: String, nullable: true, description: 'The short form for phones, if it has one' })
  sms: string | null;
}
