import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { ShopDomain } from '../../../kernel/shop-domain.js';
import { RequireScope, Tenant } from '../../../platform/http/access.js';
import { ApiProblem } from '../../../platform/http/openapi.js';
import {
  ListWebhookDeliveriesQuery,
  ReplayedDto,
  ReplayFailedDto,
  toDeliveryDto,
  toDeliverySummary,
  WebhookDeliveryDto,
  WebhookDeliveryListDto,
} from './webhook-deliveries.dto.js';
import { WebhookDeliveriesService } from './webhook-deliveries.service.js';

@ApiTags('webhooks')
@ApiParam({ name: 'shop', example: 'nordlys-apparel.myshopify.com' })
@Controller('api/shops/:shop')
export class WebhookDeliveriesController {
  constructor(private readonly deliveries: WebhookDeliveriesService) {}

  @Get('webhook-deliveries')
  @RequireScope('webhooks:read')
  @ApiOperation({
    operationId: 'listWebhookDeliveries',
    summary: 'What was sent or waits, newest first',
    description: 'Of one endpoint or all, in one state or any. They are kept for `WEBHOOK_RETENTION_DAYS`.',
  })
  @ApiOkResponse({ type: WebhookDeliveryListDto })
  @ApiProblem('invalid_cursor')
  async list(
    @Tenant() shop: ShopDomain,
    @Query() query: ListWebhookDeliveriesQuery,
  ): Promise<WebhookDeliveryListDto> {
    const { deliveries, page } = await this.deliveries.list(shop, query);
    return { data: deliveries.map(toDeliverySummary), page };
  }

  @Get('webhook-deliveries/:id')
  @RequireScope('webhooks:read')
  @ApiOperation({
    operationId: 'getWebhookDelivery',
    summary: 'One delivery: what was sent, what came back',
    description:
      'The body as it was signed, and each try with the status, the time and the beginning of the answer.',
  })
  @ApiOkResponse({ type: WebhookDeliveryDto })
  @ApiProblem('webhook_delivery_not_found')
  async get(@Tenant() shop: ShopDomain, @Param('id') id: string): Promise<WebhookDeliveryDto> {
    return toDeliveryDto(await this.deliveries.get(shop, id));
  }

  @Post('webhook-deliveries/:id/replay')
  @HttpCode(202)
  @RequireScope('webhooks:write')
  @ApiOperation({
    operationId: 'replayWebhookDelivery',
    summary: 'Send a delivery again, under the same webhook-id',
    description: 'One that is still pending stays as it is.',
  })
  @ApiAcceptedResponse({ type: WebhookDeliveryDto })
  @ApiProblem('webhook_delivery_not_found', 'webhook_endpoint_not_found', 'webhook_endpoint_disabled')
  async replay(@Tenant() shop: ShopDomain, @Param('id') id: string): Promise<WebhookDeliveryDto> {
    return toDeliveryDto(await this.deliveries.replay(shop, id));
  }

  @Post('webhook-endpoints/:id/replay')
  @HttpCode(202)
  @RequireScope('webhooks:write')
  @ApiOperation({
    operationId: 'replayFailedWebhooks',
    summary: 'Send again what failed at an endpoint since a time',
    description: 'The deliveries keep their ids, so that a receiver that had one after all knows it.',
  })
  @ApiAcceptedResponse({ type: ReplayedDto })
  @ApiProblem('webhook_endpoint_not_found', 'webhook_endpoint_disabled')
  async replayFailed(
    @Tenant() shop: ShopDomain,
    @Param('id') id: string,
    @Body() { since }: ReplayFailedDto,
  ): Promise<ReplayedDto> {
    return { replayed: await this.deliveries.replayFailed(shop, id, since) };
  }

  @Post('webhook-endpoints/:id/test')
  @HttpCode(202)
  @RequireScope('webhooks:write')
  @ApiOperation({
    operationId: 'testWebhookEndpoint',
    summary: 'Send an event `webhook.test` to an endpoint; the delivery tells how it went',
    description: 'It is signed, sent and tried again as any other event.',
  })
  @ApiAcceptedResponse({ type: WebhookDeliveryDto })
  @ApiProblem('webhook_endpoint_not_found', 'webhook_endpoint_disabled')
  async test(@Tenant() shop: ShopDomain, @Param('id') id: string): Promise<WebhookDeliveryDto> {
    return toDeliveryDto(await this.deliveries.sendTest(shop, id));
  }
}
