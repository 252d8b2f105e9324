import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { RequireScope } from '../../../platform/http/access.js';
import { webhookEventTypes } from './event-types.js';

const ANY_OBJECT = { type: 'object', additionalProperties: true } as const;

class WebhookEventTypeDto {
  @ApiProperty({ example: 'webhook.test' }) name: string;
  @ApiProperty() description: string;
  @ApiProperty({ ...ANY_OBJECT, description: "JSON Schema 2020-12 of the body's `data`" }) schema: object;
  @ApiProperty({ ...ANY_OBJECT, description: 'A `data` that fits the schema' }) example: object;
}

class WebhookEventTypeListDto {
  @ApiProperty({ type: [WebhookEventTypeDto] }) data: WebhookEventTypeDto[];
}

@ApiTags('webhooks')
@Controller('api/webhook-event-types')
export class WebhookEventTypesController {
  @Get()
  @RequireScope('webhooks:read')
  @ApiOperation({
    operationId: 'listWebhookEventTypes',
    summary: 'What endpoints can be sent, with schemas',
    description: 'Fields may be added to a type under the same name, never removed or changed.',
  })
  @ApiOkResponse({ type: WebhookEventTypeListDto })
  list(): WebhookEventTypeListDto {
    return {
      data: webhookEventTypes().map(({ name, description, schema, example }) => ({
        name,
        description,
        schema,
        example,
      })),
    };
  }
}
