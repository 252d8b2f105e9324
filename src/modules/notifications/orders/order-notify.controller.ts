import { Body, Controller, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { ShopDomain } from '../../../kernel/shop-domain.js';
import { RequireScope, Tenant } from '../../../platform/http/access.js';
import { ApiProblem } from '../../../platform/http/openapi.js';
import {
  ListNotificationsQuery,
  NotificationDto,
  NotificationListDto,
  toNotificationDto,
} from '../notifications.dto.js';
import { NotificationsService } from '../notifications.service.js';
import { OrderNoticesService } from './order-notices.service.js';
import { NotifyOrderDto } from './order-notify.dto.js';

@ApiTags('notifications')
@ApiParam({ name: 'shop', example: 'nordlys-apparel.myshopify.com' })
@Controller('api/shops/:shop/orders/:id')
export class OrderNotifyController {
  constructor(
    private readonly notices: OrderNoticesService,
    private readonly notifications: NotificationsService,
  ) {}

  @Post('notify')
  @HttpCode(202)
  @RequireScope('orders:write')
  @ApiOperation({
    operationId: 'notifyOrder',
    summary: "Tell the order's customer something by mail or SMS",
    description:
      'Goes to the address or phone of the customer, in their language, by a job with three tries. To a suppressed address it is noted and not sent.',
  })
  @ApiAcceptedResponse({ type: NotificationDto })
  @ApiProblem('order_not_found', 'recipient_missing', 'template_variables_missing', 'template_unsuitable')
  async notify(
    @Tenant() shop: ShopDomain,
    @Param('id') id: string,
    @Body() body: NotifyOrderDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<NotificationDto> {
    const notification = await this.notices.notify(shop, id, body);
    void reply.header('location', `/api/shops/${shop}/notifications/${String(notification._id)}`);
    return toNotificationDto(notification);
  }

  @Get('notifications')
  @RequireScope('orders:read')
  @ApiOperation({
    operationId: 'listOrderNotifications',
    summary: 'What was sent about an order, newest first',
    description: 'Also what the system sent by itself. An order that is not there has had none.',
  })
  @ApiOkResponse({ type: NotificationListDto })
  @ApiProblem('invalid_cursor')
  async list(
    @Tenant() shop: ShopDomain,
    @Param('id') id: string,
    @Query() { status, ...page }: ListNotificationsQuery,
  ): Promise<NotificationListDto> {
    const filter = { subject: { kind: 'order', id } as const, ...(status ? { status } : {}) };
    const { notifications, page: next } = await this.notifications.list([shop], filter, page);
    return { data: notifications.map(toNotificationDto), page: next };
  }
}
