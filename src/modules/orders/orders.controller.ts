import { Body, Controller, Get, Headers, Param, Patch, Post, Query, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { ShopDomain } from '../../kernel/shop-domain.js';
import { RequireScope, Tenant } from '../../platform/http/access.js';
import { expectedVersion } from '../../platform/http/etag.js';
import { ApiIfMatch, ApiProblem } from '../../platform/http/openapi.js';
import { OrderAnswer } from './order-answer.js';
import { CreateOrderDto, UpdateOrderDto } from './order-input.dto.js';
import { ListOrdersQuery } from './order-list.dto.js';
import { OrderDto, OrderListDto, toOrderDto } from './order.dto.js';
import { OrderViewService } from './order-view.service.js';
import { OrdersService } from './orders.service.js';

@ApiTags('orders')
@ApiParam({ name: 'shop', example: 'nordlys-apparel.myshopify.com' })
@Controller('api/shops/:shop/orders')
export class OrdersController {
  constructor(
    private readonly orders: OrdersService,
    private readonly view: OrderViewService,
    private readonly answer: OrderAnswer,
  ) {}

  @Get()
  @RequireScope('orders:read')
  @ApiOperation({
    operationId: 'listOrders',
    summary: 'List, filter and sort orders, each with customer, variants and devices',
    description: 'A page costs the same at any depth. Sorted by time, total or number.',
  })
  @ApiOkResponse({ type: OrderListDto })
  @ApiProblem('invalid_cursor')
  async list(@Tenant() shop: ShopDomain, @Query() query: ListOrdersQuery): Promise<OrderListDto> {
    const { limit, cursor, sort, ...filter } = query;
    const { orders, ...page } = await this.orders.list(shop, filter, { sort, limit, cursor });
    const around = await this.view.around(shop, orders);
    return { data: orders.map((order) => toOrderDto(order, around)), page };
  }

  @Post()
  @RequireScope('orders:write')
  @ApiOperation({
    operationId: 'createOrder',
    summary: 'Place an order, or write a draft',
    description:
      'Prices come from the catalogue. A placed order holds its stock until it is paid or expires.',
  })
  @ApiCreatedResponse({ type: OrderDto })
  @ApiProblem('validation_failed', 'insufficient_stock', 'location_not_found')
  async create(
    @Tenant() shop: ShopDomain,
    @Body() { draft = false, ...input }: CreateOrderDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<OrderDto> {
    const order = await this.orders.create(shop, input, draft);
    void reply.header('location', `/api/shops/${shop}/orders/${String(order._id)}`);
    return this.answer.of(reply, order);
  }

  @Get(':id')
  @RequireScope('orders:read')
  @ApiOperation({
    operationId: 'getOrder',
    summary: 'One order with its timeline',
    description:
      'With customer, variants, devices and what happened to it; the ETag is what `If-Match` takes.',
  })
  @ApiOkResponse({ type: OrderDto })
  @ApiProblem('order_not_found')
  async get(
    @Tenant() shop: ShopDomain,
    @Param('id') id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<OrderDto> {
    return this.answer.of(reply, await this.orders.get(shop, id));
  }

  @Patch(':id')
  @RequireScope('orders:write')
  @ApiIfMatch()
  @ApiOperation({
    operationId: 'updateOrder',
    summary: 'Change note, tags and addresses; what is sold in drafts only',
    description:
      'A placed order keeps what was agreed. With `If-Match` nothing changes when somebody was faster.',
  })
  @ApiOkResponse({ type: OrderDto })
  @ApiProblem('validation_failed', 'order_not_found', 'invalid_transition', 'version_mismatch')
  async update(
    @Tenant() shop: ShopDomain,
    @Param('id') id: string,
    @Body() body: UpdateOrderDto,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Headers('if-match') ifMatch?: string,
  ): Promise<OrderDto> {
    return this.answer.of(reply, await this.orders.update(shop, id, body, expectedVersion(ifMatch)));
  }
}
