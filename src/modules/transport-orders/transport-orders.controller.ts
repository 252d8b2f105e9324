import { Body, Controller, Get, Headers, HttpCode, Param, Patch, Post, Query, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { AppError } from '../../kernel/errors.js';
import { faultOfPosition, type Position } from '../../kernel/geo.js';
import { CurrentPrincipal, RequireScope, type Principal } from '../../platform/http/access.js';
import { etagOf, expectedVersion } from '../../platform/http/etag.js';
import { ApiIfMatch, ApiProblem } from '../../platform/http/openapi.js';
import { NotIdempotent } from '../../platform/idempotency/not-idempotent.js';
import {
  ListTransportOrdersQuery,
  NearQuery,
  TransportOrderDto,
  TransportOrderListDto,
  WithinDto,
} from './transport-order-answers.dto.js';
import { NearbyTransportsService } from './near/nearby-transports.service.js';
import { TransportRatingService } from './transport-rating.service.js';
import { TransportAssignmentService } from './transport-assignment.service.js';
import type { TransportOrder } from './transport-order.js';
import {
  AssignTransportDto,
  CreateTransportOrderDto,
  TransportStepDto,
  UpdateTransportOrderDto,
  RateTransportDto,
} from './transport-orders.dto.js';
import { TransportOrdersService } from './transport-orders.service.js';

@ApiTags('transport orders')
@Controller('api/transport-orders')
export class TransportOrdersController {
  constructor(
    private readonly orders: TransportOrdersService,
    private readonly assignment: TransportAssignmentService,
    private readonly nearby: NearbyTransportsService,
    private readonly ratings: TransportRatingService,
  ) {}

  @Get()
  @RequireScope('transport-orders:read')
  @ApiOperation({
    operationId: 'listTransportOrders',
    summary: 'Transport orders, newest first',
    description:
      'A client sees what it sends, a carrier what it was given. A page costs the same at any depth.',
  })
  @ApiOkResponse({ type: TransportOrderListDto })
  @ApiProblem('invalid_cursor', 'organisation_forbidden')
  async list(
    @CurrentPrincipal() principal: Principal,
    @Query() { party, limit, cursor, ...filter }: ListTransportOrdersQuery,
  ): Promise<TransportOrderListDto> {
    const { orders, ...page } = await this.orders.list(principal, party, filter, { limit, cursor });
    return { data: orders, page };
  }

  @Get('near')
  @RequireScope('transport-orders:read')
  @ApiOperation({
    operationId: 'listTransportOrdersNear',
    summary: 'Transport orders around a place, the nearest first',
    description:
      'By pickup or delivery, within a radius on the sphere. Places are compared to a millionth of a degree (0.1 m); ' +
      'of equal distance the older order comes first. A page costs the same at any depth.',
  })
  @ApiOkResponse({ type: TransportOrderListDto })
  @ApiProblem('invalid_cursor', 'organisation_forbidden')
  async near(
    @CurrentPrincipal() principal: Principal,
    @Query() { party, place, ...query }: NearQuery,
  ): Promise<TransportOrderListDto> {
    const { orders, ...page } = await this.nearby.near(principal, party, {
      ...query,
      place: positionOf(place),
    });
    return { data: orders, page };
  }

  @Post('within')
  @HttpCode(200)
  @NotIdempotent() // it only reads
  @RequireScope('transport-orders:read')
  @ApiOperation({
    operationId: 'findTransportOrdersWithin',
    summary: 'Transport orders in an area',
    description: 'By pickup or delivery, inside a polygon (a box is one), in no order.',
  })
  @ApiOkResponse({ type: TransportOrderListDto })
  @ApiProblem('validation_failed', 'organisation_forbidden')
  async within(
    @CurrentPrincipal() principal: Principal,
    @Body() { party, ...query }: WithinDto,
  ): Promise<TransportOrderListDto> {
    const { orders, hasMore } = await this.orders.within(principal, party, query);
    return { data: orders, page: { nextCursor: null, hasMore } };
  }

  @Post()
  @RequireScope('transport-orders:write')
  @ApiOperation({
    operationId: 'createTransportOrder',
    summary: 'Have something moved',
    description:
      'By a client organisation or a shop, or by an operator for one. A draft is not to be moved yet.',
  })
  @ApiCreatedResponse({ type: TransportOrderDto })
  @ApiProblem(
    'validation_failed',
    'organisation_forbidden',
    'organisation_not_found',
    'shop_not_found',
    'duplicate_reference',
  )
  async create(
    @CurrentPrincipal() principal: Principal,
    @Body() { clientId, draft, ...terms }: CreateTransportOrderDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<TransportOrderDto> {
    const order = await this.orders.create(principal, clientId, terms, draft);
    void reply.header('location', `/api/transport-orders/${order.id}`);
    return answer(reply, order);
  }

  @Get(':id')
  @RequireScope('transport-orders:read')
  @ApiOperation({
    operationId: 'getTransportOrder',
    summary: 'One transport order with its history',
    description: 'For its client and its carrier; others find nothing. With an ETag.',
  })
  @ApiOkResponse({ type: TransportOrderDto })
  @ApiProblem('transport_order_not_found')
  async get(
    @CurrentPrincipal() principal: Principal,
    @Param('id') id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<TransportOrderDto> {
    return answer(reply, await this.orders.get(principal, id));
  }

  @Patch(':id')
  @RequireScope('transport-orders:write')
  @ApiIfMatch()
  @ApiOperation({
    operationId: 'updateTransportOrder',
    summary: 'Change what is to be moved',
    description: 'By the client, until a carrier was given it. What is absent stays.',
  })
  @ApiOkResponse({ type: TransportOrderDto })
  @ApiProblem(
    'validation_failed',
    'transport_order_not_found',
    'organisation_forbidden',
    'invalid_transition',
    'version_mismatch',
    'duplicate_reference',
  )
  async update(
    @CurrentPrincipal() principal: Principal,
    @Param('id') id: string,
    @Body() body: UpdateTransportOrderDto,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Headers('if-match') ifMatch?: string,
  ): Promise<TransportOrderDto> {
    return answer(reply, await this.orders.update(principal, id, body, expectedVersion(ifMatch)));
  }

  @Post(':id/assign')
  @HttpCode(200)
  @RequireScope('transport-orders:write')
  @ApiIfMatch()
  @ApiOperation({
    operationId: 'assignTransportOrder',
    summary: 'Give it to a carrier, at the price of this moment',
    description:
      'To the named carrier, or to the first by the rule. The price stays, whatever grids say later.',
  })
  @ApiOkResponse({ type: TransportOrderDto })
  @ApiProblem(
    'transport_order_not_found',
    'organisation_forbidden',
    'invalid_transition',
    'version_mismatch',
    'no_carrier',
  )
  async assign(
    @CurrentPrincipal() principal: Principal,
    @Param('id') id: string,
    @Body() body: AssignTransportDto,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Headers('if-match') ifMatch?: string,
  ): Promise<TransportOrderDto> {
    return answer(reply, await this.assignment.assign(principal, id, body, expectedVersion(ifMatch)));
  }

  @Post(':id/status')
  @HttpCode(200)
  @RequireScope('transport-orders:write')
  @ApiIfMatch()
  @ApiOperation({
    operationId: 'setTransportOrderStatus',
    summary: 'Say how far it is',
    description: 'Each step once, in its order: what is not allowed from here is refused with what is.',
  })
  @ApiOkResponse({ type: TransportOrderDto })
  @ApiProblem('transport_order_not_found', 'organisation_forbidden', 'invalid_transition', 'version_mismatch')
  async step(
    @CurrentPrincipal() principal: Principal,
    @Param('id') id: string,
    @Body() { status, note }: TransportStepDto,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Headers('if-match') ifMatch?: string,
  ): Promise<TransportOrderDto> {
    const version = expectedVersion(ifMatch);
    return answer(reply, await this.assignment.step(principal, id, status, note, version));
  }

  @Post(':id/rating')
  @HttpCode(200)
  @RequireScope('transport-orders:write')
  @ApiIfMatch()
  @ApiOperation({
    operationId: 'rateTransportOrder',
    summary: 'Rate who moved it',
    description: "By the client, once it is delivered, and once. It counts in the carrier's rating.",
  })
  @ApiOkResponse({ type: TransportOrderDto })
  @ApiProblem('transport_order_not_found', 'organisation_forbidden', 'conflict', 'version_mismatch')
  async rate(
    @CurrentPrincipal() principal: Principal,
    @Param('id') id: string,
    @Body() { stars }: RateTransportDto,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Headers('if-match') ifMatch?: string,
  ): Promise<TransportOrderDto> {
    return answer(reply, await this.ratings.rate(principal, id, stars, expectedVersion(ifMatch)));
  }
}

function answer(reply: FastifyReply, order: TransportOrder): TransportOrderDto {
  void reply.header('etag', etagOf(order.version));
  return order;
}

/** @throws AppError `validation_failed` */
function positionOf(text: string): Position {
  const position = text.split(',').map(Number);
  const fault = faultOfPosition(position);
  if (fault === undefined) return position as unknown as Position;
  throw new AppError('validation_failed', `place ${fault}`, {
    errors: [{ field: 'place', code: 'is_position', message: fault }],
  });
}
