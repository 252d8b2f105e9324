import { Body, Controller, Headers, HttpCode, Param, Post, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { ShopDomain } from '../../kernel/shop-domain.js';
import { RequireScope, Tenant } from '../../platform/http/access.js';
import { expectedVersion } from '../../platform/http/etag.js';
import { ApiIfMatch, ApiProblem } from '../../platform/http/openapi.js';
import { OrderAnswer } from './order-answer.js';
import { OrderCancellationsService } from './order-cancellations.service.js';
import { OrderFulfilmentService } from './order-fulfilment.service.js';
import {
  CancellationInputDto,
  CancelOrderDto,
  CommentDto,
  FulfilmentInputDto,
  PaymentInputDto,
  RefundInputDto,
  ReturnInputDto,
} from './order-input.dto.js';
import { OrderPaymentsService } from './order-payments.service.js';
import { OrderDto } from './order.dto.js';
import { OrdersService } from './orders.service.js';

/** What is done with an order; each answers the order as it is then. */
@ApiTags('orders')
@ApiParam({ name: 'shop', example: 'nordlys-apparel.myshopify.com' })
@Controller('api/shops/:shop/orders/:id')
export class OrderActionsController {
  constructor(
    private readonly orders: OrdersService,
    private readonly payments: OrderPaymentsService,
    private readonly fulfilment: OrderFulfilmentService,
    private readonly cancellations: OrderCancellationsService,
    private readonly answer: OrderAnswer,
  ) {}

  @Post('place')
  @HttpCode(200)
  @RequireScope('orders:write')
  @ApiIfMatch()
  @ApiOperation({
    operationId: 'placeOrder',
    summary: 'Place a draft: it gets its number and holds its stock',
    description: 'At the prices the draft says. Stock is held until the order is paid or its time is over.',
  })
  @ApiOkResponse({ type: OrderDto })
  @ApiProblem(
    'order_not_found',
    'invalid_transition',
    'insufficient_stock',
    'location_not_found',
    'version_mismatch',
  )
  async place(
    @Tenant() shop: ShopDomain,
    @Param('id') id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Headers('if-match') ifMatch?: string,
  ): Promise<OrderDto> {
    return this.answer.of(reply, await this.orders.place(shop, id, expectedVersion(ifMatch)));
  }

  @Post('payments')
  @HttpCode(200)
  @RequireScope('orders:write')
  @ApiIfMatch()
  @ApiOperation({
    operationId: 'payOrder',
    summary: 'Note the payment of an order; the same reference again changes nothing',
    description:
      'A payment is for the whole order: another amount or currency is refused. Its stock is committed.',
  })
  @ApiOkResponse({ type: OrderDto })
  @ApiProblem(
    'order_not_found',
    'order_already_paid',
    'invalid_transition',
    'payment_mismatch',
    'payment_reference_used',
    'version_mismatch',
  )
  async pay(
    @Tenant() shop: ShopDomain,
    @Param('id') id: string,
    @Body() body: PaymentInputDto,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Headers('if-match') ifMatch?: string,
  ): Promise<OrderDto> {
    return this.answer.of(reply, await this.payments.pay(shop, id, body, expectedVersion(ifMatch)));
  }

  @Post('refunds')
  @HttpCode(200)
  @RequireScope('orders:write')
  @ApiIfMatch()
  @ApiOperation({
    operationId: 'refundOrder',
    summary: 'Give money back: for pieces, of the shipping, or any amount',
    description: 'Pieces give back what they cost, all pieces of a line its total. Never more than was paid.',
  })
  @ApiOkResponse({ type: OrderDto })
  @ApiProblem(
    'order_not_found',
    'order_line_not_found',
    'invalid_transition',
    'refund_too_large',
    'version_mismatch',
  )
  async refund(
    @Tenant() shop: ShopDomain,
    @Param('id') id: string,
    @Body() body: RefundInputDto,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Headers('if-match') ifMatch?: string,
  ): Promise<OrderDto> {
    return this.answer.of(reply, await this.payments.refund(shop, id, body, expectedVersion(ifMatch)));
  }

  @Post('fulfil')
  @HttpCode(200)
  @RequireScope('orders:write')
  @ApiIfMatch()
  @ApiOperation({
    operationId: 'fulfilOrder',
    summary: 'Somebody picks and packs it',
    description: 'Asked again it changes nothing. `reference` names what moves the goods.',
  })
  @ApiOkResponse({ type: OrderDto })
  @ApiProblem('order_not_found', 'invalid_transition', 'version_mismatch')
  async fulfil(
    @Tenant() shop: ShopDomain,
    @Param('id') id: string,
    @Body() body: FulfilmentInputDto,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Headers('if-match') ifMatch?: string,
  ): Promise<OrderDto> {
    return this.answer.of(reply, await this.fulfilment.start(shop, id, body, expectedVersion(ifMatch)));
  }

  @Post('ship')
  @HttpCode(200)
  @RequireScope('orders:write')
  @ApiIfMatch()
  @ApiOperation({
    operationId: 'shipOrder',
    summary: 'The goods have left',
    description: 'Stock and devices are gone from now on. Asked again it changes nothing.',
  })
  @ApiOkResponse({ type: OrderDto })
  @ApiProblem('order_not_found', 'invalid_transition', 'conflict', 'version_mismatch')
  async ship(
    @Tenant() shop: ShopDomain,
    @Param('id') id: string,
    @Body() body: FulfilmentInputDto,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Headers('if-match') ifMatch?: string,
  ): Promise<OrderDto> {
    return this.answer.of(reply, await this.fulfilment.ship(shop, id, body, expectedVersion(ifMatch)));
  }

  @Post('deliver')
  @HttpCode(200)
  @RequireScope('orders:write')
  @ApiIfMatch()
  @ApiOperation({
    operationId: 'deliverOrder',
    summary: 'The goods have arrived',
    description: 'The last step of an order that is not returned. Asked again it changes nothing.',
  })
  @ApiOkResponse({ type: OrderDto })
  @ApiProblem('order_not_found', 'invalid_transition', 'version_mismatch')
  async deliver(
    @Tenant() shop: ShopDomain,
    @Param('id') id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Headers('if-match') ifMatch?: string,
  ): Promise<OrderDto> {
    return this.answer.of(reply, await this.fulfilment.deliver(shop, id, expectedVersion(ifMatch)));
  }

  @Post('cancel')
  @HttpCode(200)
  @RequireScope('orders:write')
  @ApiIfMatch()
  @ApiOperation({
    operationId: 'cancelOrder',
    summary: 'Call it off before it is shipped; what is paid is refunded',
    description: 'Stock and devices are for sale again. An order that is on its way is returned instead.',
  })
  @ApiOkResponse({ type: OrderDto })
  @ApiProblem('order_not_found', 'invalid_transition', 'conflict', 'version_mismatch')
  async cancel(
    @Tenant() shop: ShopDomain,
    @Param('id') id: string,
    @Body() body: CancelOrderDto,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Headers('if-match') ifMatch?: string,
  ): Promise<OrderDto> {
    return this.answer.of(
      reply,
      await this.fulfilment.cancel(shop, id, body.reason ?? '', expectedVersion(ifMatch)),
    );
  }

  @Post('cancellations')
  @HttpCode(200)
  @RequireScope('orders:write')
  @ApiIfMatch()
  @ApiOperation({
    operationId: 'cancelOrderPieces',
    summary: 'Call pieces of a paid order off before they leave; the rest stays',
    description: 'They are for sale again and what they cost is refunded, unless `refund` is false.',
  })
  @ApiOkResponse({ type: OrderDto })
  @ApiProblem(
    ...(['order_not_found', 'order_line_not_found', 'invalid_transition', 'conflict'] as const),
    ...(['cancellation_too_large', 'refund_too_large', 'version_mismatch'] as const),
  )
  async cancelPieces(
    @Tenant() shop: ShopDomain,
    @Param('id') id: string,
    @Body() { refund = true, ...body }: CancellationInputDto,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Headers('if-match') ifMatch?: string,
  ): Promise<OrderDto> {
    const version = expectedVersion(ifMatch);
    return this.answer.of(reply, await this.cancellations.cancel(shop, id, { ...body, refund }, version));
  }

  @Post('returns')
  @HttpCode(200)
  @RequireScope('orders:write')
  @ApiIfMatch()
  @ApiOperation({
    operationId: 'returnOrder',
    summary: 'Pieces came back; with the last one the order is `returned`',
    description:
      'Money is given back apart from this. `restock: false` for pieces that are not for sale again.',
  })
  @ApiOkResponse({ type: OrderDto })
  @ApiProblem(
    'order_not_found',
    'order_line_not_found',
    'invalid_transition',
    ...(['device_not_found', 'device_unavailable', 'return_too_large'] as const),
    'version_mismatch',
  )
  async takeBack(
    @Tenant() shop: ShopDomain,
    @Param('id') id: string,
    @Body() body: ReturnInputDto,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Headers('if-match') ifMatch?: string,
  ): Promise<OrderDto> {
    return this.answer.of(
      reply,
      await this.fulfilment.takeBack(shop, id, { restock: true, ...body }, expectedVersion(ifMatch)),
    );
  }

  @Post('comments')
  @HttpCode(200)
  @RequireScope('orders:write')
  @ApiOperation({
    operationId: 'commentOnOrder',
    summary: 'Add a comment to the timeline',
    description: 'For those who work on the order; a comment stays.',
  })
  @ApiOkResponse({ type: OrderDto })
  @ApiProblem('order_not_found')
  async comment(
    @Tenant() shop: ShopDomain,
    @Param('id') id: string,
    @Body() body: CommentDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<OrderDto> {
    return this.answer.of(reply, await this.orders.comment(shop, id, body.message));
  }
}
