import { ApiProperty } from '@nestjs/swagger';
import { DateField, EnumField, StringField } from '../../../platform/http/fields.js';
import { CursorQuery, PageDto } from '../../../platform/http/list.dto.js';
import { OUTBOUND_FAULTS, type OutboundFault } from '../../../platform/outbound/outbound-error.js';
import {
  DELIVERY_STATUSES,
  type DeliveryStatus,
  type WebhookDeliveryDocument,
} from './webhook-delivery.schema.js';

export class ListWebhookDeliveriesQuery extends CursorQuery {
  @StringField({ optional: true, pattern: /^[\da-f]{24}$/, description: 'Only those of this endpoint' })
  endpoint?: string;

  @EnumField(DELIVERY_STATUSES, { optional: true, description: 'Only those in this state' })
  status?: DeliveryStatus;
}

export class ReplayFailedDto {
  @DateField({ example: '2026-11-20T00:00:00Z', description: 'What was created at or after this time' })
  since: Date;
}

export class ReplayedDto {
  @ApiProperty({ type: 'integer', description: 'How many deliveries wait again' }) replayed: number;
}

export class WebhookAttemptErrorDto {
  @ApiProperty({ enum: OUTBOUND_FAULTS }) code: OutboundFault;
  @ApiProperty({ example: 'No answer within 15000 ms.' }) message: string;
}

export class WebhookAttemptDto {
  @ApiProperty() at: Date;
  @ApiProperty({ format: 'uri' }) url: string;
  @ApiProperty({ type: 'integer', example: 84 }) durationMs: number;
  @ApiProperty({
    type: 'integer',
    nullable: true,
    example: 200,
    description: 'HTTP status; null without an answer',
  })
  status: number | null;
  @ApiProperty({ type: WebhookAttemptErrorDto, nullable: true, description: 'Why there was no answer' })
  error: WebhookAttemptErrorDto | null;
}

export class WebhookLoggedAttemptDto extends WebhookAttemptDto {
  @ApiProperty({ description: 'The first 4 KiB of the answer' }) response: string;
}

class DeliveryFields {
  @ApiProperty({ example: '6921b0d2a1f4b0a7c9e01234' }) id: string;
  @ApiProperty({ example: '6921b0d2a1f4b0a7c9e05678' }) endpoint: string;
  @ApiProperty({ example: 'evt_6921b0d2a1f4b0a7c9e09abc', description: 'The `webhook-id` header' })
  eventId: string;
  @ApiProperty({ example: 'webhook.test' }) eventType: string;
  @ApiProperty({ enum: DELIVERY_STATUSES }) status: DeliveryStatus;
  @ApiProperty({ type: Date, nullable: true, description: 'When it is tried next, while pending' })
  nextTryAt: Date | null;
  @ApiProperty() createdAt: Date;
  @ApiProperty({ type: Date, nullable: true }) finishedAt: Date | null;
}

export class WebhookDeliverySummaryDto extends DeliveryFields {
  @ApiProperty({ type: [WebhookAttemptDto], description: 'The latest tries, oldest first' })
  attempts: WebhookAttemptDto[];
}

export class WebhookDeliveryDto extends DeliveryFields {
  @ApiProperty({ description: 'The body that is sent, as it is signed' }) body: string;
  @ApiProperty({ type: [WebhookLoggedAttemptDto], description: 'The latest tries, oldest first' })
  attempts: WebhookLoggedAttemptDto[];
}

export class WebhookDeliveryListDto {
  @ApiProperty({ type: [WebhookDeliverySummaryDto] }) data: WebhookDeliverySummaryDto[];
  @ApiProperty({ type: PageDto }) page: PageDto;
}

export function toDeliverySummary(delivery: WebhookDeliveryDocument): WebhookDeliverySummaryDto {
  const { _id, endpoint, eventId, eventType, status, attempts, createdAt, finishedAt, dueAt } = delivery;
  return {
    ...{ id: String(_id), endpoint: String(endpoint), eventId, eventType, status, attempts },
    ...{ nextTryAt: status === 'pending' ? dueAt : null, createdAt, finishedAt },
  };
}

export function toDeliveryDto(delivery: WebhookDeliveryDocument): WebhookDeliveryDto {
  return { ...toDeliverySummary(delivery), attempts: delivery.attempts, body: delivery.body };
}
