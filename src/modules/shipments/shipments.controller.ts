import { Body, Controller, Get, Headers, Param, Post, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { ShopDomain } from '../../kernel/shop-domain.js';
import { RequireScope, Tenant } from '../../platform/http/access.js';
import { expectedVersion } from '../../platform/http/etag.js';
import { ApiIfMatch, ApiProblem } from '../../platform/http/openapi.js';
import { OrderShipmentDto, RequestShipmentDto, toOrderShipment } from './shipments.dto.js';
import { ShipmentsService } from './shipments.service.js';

@ApiTags('orders')
@ApiParam({ name: 'shop', example: 'nordlys-apparel.myshopify.com' })
@Controller('api/shops/:shop/orders/:id/shipments')
export class ShipmentsController {
  constructor(private readonly shipments: ShipmentsService) {}

  @Post()
  @RequireScope('orders:write')
  @ApiIfMatch()
  @ApiOperation({
    operationId: 'requestShipment',
    summary: 'Have an order, or pieces of it, moved',
    description:
      'A transport order of the same id follows within moments, the shop being its client; the order follows its status.',
  })
  @ApiCreatedResponse({ type: OrderShipmentDto })
  @ApiProblem(
    ...(['validation_failed', 'order_not_found', 'order_line_not_found', 'shipment_too_large'] as const),
    ...(['invalid_transition', 'conflict', 'version_mismatch'] as const),
  )
  async request(
    @Tenant() shop: ShopDomain,
    @Param('id') id: string,
    @Body() body: RequestShipmentDto,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Headers('if-match') ifMatch?: string,
  ): Promise<OrderShipmentDto> {
    const { shipment } = await this.shipments.request(shop, id, body, expectedVersion(ifMatch));
    void reply.header('location', `/api/shops/${shop}/orders/${id}/shipments/${shipment.id}`);
    return toOrderShipment(id, shipment);
  }

  @Get(':shipment')
  @RequireScope('orders:read')
  @ApiOperation({
    operationId: 'getShipment',
    summary: 'One shipment of an order',
    description:
      'Which pieces, and where they are; `/api/transport-orders/{id}` of the same id says who moves them.',
  })
  @ApiOkResponse({ type: OrderShipmentDto })
  @ApiProblem('order_not_found', 'shipment_not_found')
  async get(
    @Tenant() shop: ShopDomain,
    @Param('id') id: string,
    @Param('shipment') shipment: string,
  ): Promise<OrderShipmentDto> {
    return toOrderShipment(id, await this.shipments.get(shop, id, shipment));
  }
}
