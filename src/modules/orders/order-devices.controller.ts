import { Body, Controller, Delete, Headers, HttpCode, Param, Post, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { ShopDomain } from '../../kernel/shop-domain.js';
import { RequireScope, Tenant } from '../../platform/http/access.js';
import { expectedVersion } from '../../platform/http/etag.js';
import { ApiIfMatch, ApiProblem } from '../../platform/http/openapi.js';
import { OrderAnswer } from './order-answer.js';
import { OrderDevicesService } from './order-devices.service.js';
import { AssignDevicesDto } from './order-input.dto.js';
import { OrderDto } from './order.dto.js';

/** Which serialised units are given for a line. */
@ApiTags('orders')
@ApiParam({ name: 'shop', example: 'nordlys-apparel.myshopify.com' })
@Controller('api/shops/:shop/orders/:id/lines/:line/devices')
export class OrderDevicesController {
  constructor(
    private readonly devices: OrderDevicesService,
    private readonly answer: OrderAnswer,
  ) {}

  @Post()
  @HttpCode(200)
  @RequireScope('orders:write')
  @ApiIfMatch()
  @ApiOperation({
    operationId: 'assignDevices',
    summary: 'Give serialised units for a line, each once',
    description: 'At most as many as the line has pieces, of its variant, that no other line has.',
  })
  @ApiOkResponse({ type: OrderDto })
  @ApiProblem(
    ...(['order_not_found', 'order_line_not_found', 'device_not_found', 'device_unavailable'] as const),
    ...(['invalid_transition', 'version_mismatch'] as const),
  )
  async assign(
    @Tenant() shop: ShopDomain,
    @Param('id') id: string,
    @Param('line') line: string,
    @Body() { deviceIds }: AssignDevicesDto,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Headers('if-match') ifMatch?: string,
  ): Promise<OrderDto> {
    const version = expectedVersion(ifMatch);
    return this.answer.of(reply, await this.devices.assign(shop, id, line, deviceIds, version));
  }

  @Delete(':device')
  @RequireScope('orders:write')
  @ApiIfMatch()
  @ApiOperation({
    operationId: 'releaseDevice',
    summary: 'Take a unit back from a line',
    description: 'The unit is in stock again. Units of an order that has left come back by a return.',
  })
  @ApiOkResponse({ type: OrderDto })
  @ApiProblem(
    ...(['order_not_found', 'order_line_not_found', 'device_not_found'] as const),
    ...(['invalid_transition', 'version_mismatch'] as const),
  )
  async release(
    @Tenant() shop: ShopDomain,
    @Param('id') id: string,
    @Param('line') line: string,
    @Param('device') device: string,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Headers('if-match') ifMatch?: string,
  ): Promise<OrderDto> {
    const version = expectedVersion(ifMatch);
    return this.answer.of(reply, await this.devices.release(shop, id, line, device, version));
  }
}
