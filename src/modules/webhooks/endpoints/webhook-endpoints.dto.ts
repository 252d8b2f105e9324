import { ApiProperty } from '@nestjs/swagger';
import { EnumField, IntField, StringField, StringsField } from '../../../platform/http/fields.js';
import { PageDto } from '../../../platform/http/list.dto.js';
import {
  DISABLED_REASONS,
  ENDPOINT_STATUSES,
  type DisabledReason,
  type EndpointStatus,
  type WebhookEndpointDocument,
} from './webhook-endpoint.schema.js';
import { inForce } from './webhook-secret.js';

const URL_FIELD = { maxLength: 2_000, format: 'uri', example: 'https://hooks.example.com/entrepot' };
const TYPES_FIELD = {
  maxItems: 100,
  unique: true,
  maxLength: 100,
  description: 'Names of event types; all, also those to come, when empty',
};

export class CreateWebhookEndpointDto {
  @StringField({ ...URL_FIELD, description: 'http or https, on the public internet' })
  url: string;

  @StringField({ optional: true, maxLength: 500, example: 'ERP, production' })
  description?: string;

  @StringsField({ ...TYPES_FIELD, optional: true })
  eventTypes?: string[];

  @EnumField(ENDPOINT_STATUSES, {
    optional: true,
    description: 'Whether events are sent; `enabled` if absent',
  })
  status?: EndpointStatus;
}

export class UpdateWebhookEndpointDto {
  @StringField({ ...URL_FIELD, optional: true, description: 'http or https, on the public internet' })
  url?: string;

  @StringField({ optional: true, maxLength: 500, example: 'ERP, production' })
  description?: string;

  @StringsField({ ...TYPES_FIELD, optional: true })
  eventTypes?: string[];

  @EnumField(ENDPOINT_STATUSES, { optional: true, description: 'Enabling closes the circuit, too' })
  status?: EndpointStatus;
}

export class RotateWebhookSecretDto {
  @IntField({
    optional: true,
    min: 0,
    max: 604_800,
    example: 86_400,
    description: 'How long deliveries are signed with the old secret as well, seconds; a day if absent',
  })
  overlapSeconds?: number;
}

export class WebhookEndpointHealthDto {
  @ApiProperty({ type: 'integer', description: 'Failed tries since the last success' }) failures: number;
  @ApiProperty({ type: Date, nullable: true }) failingSince: Date | null;
  @ApiProperty({
    type: Date,
    nullable: true,
    description: 'Nothing is sent before: five failures in a row, or the endpoint asked by Retry-After',
  })
  pausedUntil: Date | null;
  @ApiProperty({ type: Date, nullable: true }) lastSuccessAt: Date | null;
}

export class WebhookSecretDto {
  @ApiProperty() createdAt: Date;
  @ApiProperty({ type: Date, nullable: true, description: 'End of the overlap after a rotation' })
  expiresAt: Date | null;
}

export class WebhookEndpointDto {
  @ApiProperty({ example: '6921b0d2a1f4b0a7c9e01234' }) id: string;
  @ApiProperty({ format: 'uri', example: 'https://hooks.example.com/entrepot' }) url: string;
  @ApiProperty() description: string;
  @ApiProperty({ type: [String], description: 'All when empty' }) eventTypes: string[];
  @ApiProperty({ enum: ENDPOINT_STATUSES }) status: EndpointStatus;
  @ApiProperty({
    enum: DISABLED_REASONS,
    nullable: true,
    description: '`gone`: it answered 410; `failing`: for days nothing succeeded',
  })
  disabledReason: DisabledReason | null;
  @ApiProperty({ type: Date, nullable: true }) disabledAt: Date | null;
  @ApiProperty() health: WebhookEndpointHealthDto;
  @ApiProperty({ type: [WebhookSecretDto], description: 'What deliveries are signed with, newest first' })
  secrets: WebhookSecretDto[];
  @ApiProperty({ type: 'integer' }) version: number;
  @ApiProperty() createdAt: Date;
  @ApiProperty() updatedAt: Date;
}

export class WebhookEndpointSecretDto extends WebhookEndpointDto {
  @ApiProperty({
    example: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw…',
    description: 'What to verify signatures with; shown this once',
  })
  secret: string;
}

export class WebhookEndpointListDto {
  @ApiProperty({ type: [WebhookEndpointDto] }) data: WebhookEndpointDto[];
  @ApiProperty({ type: PageDto }) page: PageDto;
}

export function toWebhookEndpointDto(endpoint: WebhookEndpointDocument): WebhookEndpointDto {
  const { _id, shop: _shop, place: _place, dueAt: _dueAt, secrets, ...rest } = endpoint;
  return {
    id: String(_id),
    ...rest,
    secrets: inForce(secrets, new Date()).map(({ createdAt, expiresAt }) => ({ createdAt, expiresAt })),
  };
}
