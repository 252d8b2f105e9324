import {
  Body,
  Controller,
  Delete,
  Get,
  Headers,
  HttpCode,
  Param,
  Patch,
  Post,
  Query,
  Res,
} from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { ShopDomain } from '../../../kernel/shop-domain.js';
import { RequireScope, Tenant } from '../../../platform/http/access.js';
import { etagOf, expectedVersion } from '../../../platform/http/etag.js';
import { OffsetQuery, offsetPage } from '../../../platform/http/list.dto.js';
import { ApiIfMatch, ApiProblem } from '../../../platform/http/openapi.js';
import {
  CreateWebhookEndpointDto,
  RotateWebhookSecretDto,
  toWebhookEndpointDto,
  UpdateWebhookEndpointDto,
  WebhookEndpointDto,
  WebhookEndpointListDto,
  WebhookEndpointSecretDto,
} from './webhook-endpoints.dto.js';
import { WebhookEndpointsService } from './webhook-endpoints.service.js';

@ApiTags('webhooks')
@ApiParam({ name: 'shop', example: 'nordlys-apparel.myshopify.com' })
@Controller('api/shops/:shop/webhook-endpoints')
export class WebhookEndpointsController {
  constructor(private readonly endpoints: WebhookEndpointsService) {}

  @Get()
  @RequireScope('webhooks:read')
  @ApiOperation({
    operationId: 'listWebhookEndpoints',
    summary: 'Where the shop is told of events',
    description: 'Disabled endpoints too. Never the secrets: each was shown when it was made.',
  })
  @ApiOkResponse({ type: WebhookEndpointListDto })
  async list(@Tenant() shop: ShopDomain, @Query() query: OffsetQuery): Promise<WebhookEndpointListDto> {
    const { endpoints, total } = await this.endpoints.list(shop, query.offset, query.limit);
    return offsetPage(endpoints.map(toWebhookEndpointDto), query, total);
  }

  @Post()
  @RequireScope('webhooks:write')
  @ApiOperation({
    operationId: 'createWebhookEndpoint',
    summary: 'Be told of events at a URL; the signing secret is shown this once',
    description:
      'Deliveries follow the Standard Webhooks specification: headers `webhook-id`, `webhook-timestamp`, `webhook-signature`.',
  })
  @ApiCreatedResponse({ type: WebhookEndpointSecretDto })
  @ApiProblem('webhook_endpoint_limit_reached')
  async create(
    @Tenant() shop: ShopDomain,
    @Body() body: CreateWebhookEndpointDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<WebhookEndpointSecretDto> {
    const { endpoint, secret } = await this.endpoints.create(shop, body);
    void reply.header('location', `/api/shops/${shop}/webhook-endpoints/${String(endpoint._id)}`);
    void reply.header('etag', etagOf(endpoint.version));
    return { ...toWebhookEndpointDto(endpoint), secret };
  }

  @Get(':id')
  @RequireScope('webhooks:read')
  @ApiOperation({
    operationId: 'getWebhookEndpoint',
    summary: 'One endpoint, and how it fares',
    description: 'With its circuit, its failures and its last success. The ETag is what `If-Match` takes.',
  })
  @ApiOkResponse({ type: WebhookEndpointDto })
  @ApiProblem('webhook_endpoint_not_found')
  async get(
    @Tenant() shop: ShopDomain,
    @Param('id') id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<WebhookEndpointDto> {
    const endpoint = await this.endpoints.get(shop, id);
    void reply.header('etag', etagOf(endpoint.version));
    return toWebhookEndpointDto(endpoint);
  }

  @Patch(':id')
  @RequireScope('webhooks:write')
  @ApiOperation({
    operationId: 'updateWebhookEndpoint',
    summary: 'Change, disable or enable an endpoint',
    description: 'Only the fields that are given change. Enabling an endpoint closes its circuit.',
  })
  @ApiIfMatch()
  @ApiOkResponse({ type: WebhookEndpointDto })
  @ApiProblem('webhook_endpoint_not_found', 'version_mismatch')
  async update(
    @Tenant() shop: ShopDomain,
    @Param('id') id: string,
    @Body() body: UpdateWebhookEndpointDto,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Headers('if-match') ifMatch?: string,
  ): Promise<WebhookEndpointDto> {
    const endpoint = await this.endpoints.update(shop, id, body, expectedVersion(ifMatch));
    void reply.header('etag', etagOf(endpoint.version));
    return toWebhookEndpointDto(endpoint);
  }

  @Post(':id/rotate-secret')
  @RequireScope('webhooks:write')
  @ApiOperation({
    operationId: 'rotateWebhookSecret',
    summary: 'Give an endpoint a new secret, shown this once',
    description:
      'Until the overlap is over every delivery carries a signature by each of the two secrets. With `overlapSeconds` 0 the new one alone is left.',
  })
  @ApiCreatedResponse({ type: WebhookEndpointSecretDto })
  @ApiProblem('webhook_endpoint_not_found', 'conflict', 'version_mismatch')
  async rotate(
    @Tenant() shop: ShopDomain,
    @Param('id') id: string,
    @Body() body: RotateWebhookSecretDto,
  ): Promise<WebhookEndpointSecretDto> {
    const { endpoint, secret } = await this.endpoints.rotateSecret(shop, id, body.overlapSeconds);
    return { ...toWebhookEndpointDto(endpoint), secret };
  }

  @Delete(':id')
  @HttpCode(204)
  @RequireScope('webhooks:write')
  @ApiOperation({
    operationId: 'deleteWebhookEndpoint',
    summary: 'Remove an endpoint with the log of its deliveries',
    description: 'What waits for it is not sent any more.',
  })
  @ApiNoContentResponse()
  @ApiProblem('webhook_endpoint_not_found')
  async delete(@Tenant() shop: ShopDomain, @Param('id') id: string): Promise<void> {
    await this.endpoints.delete(shop, id);
  }
}
