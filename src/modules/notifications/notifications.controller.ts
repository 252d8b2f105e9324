import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { ShopDomain } from '../../kernel/shop-domain.js';
import { RequireScope, Tenant } from '../../platform/http/access.js';
import { ApiProblem } from '../../platform/http/openapi.js';
import {
  ListNotificationsQuery,
  NotificationDto,
  NotificationListDto,
  toNotificationDto,
} from './notifications.dto.js';
import { NotificationsService } from './notifications.service.js';

@ApiTags('notifications')
@ApiParam({ name: 'shop', example: 'nordlys-apparel.myshopify.com' })
@Controller('api/shops/:shop/notifications')
export class NotificationsController {
  constructor(private readonly notifications: NotificationsService) {}

  @Get()
  @RequireScope('orders:read')
  @ApiOperation({
    operationId: 'listNotifications',
    summary: 'What was sent in the name of the shop, or waits, newest first',
    description: 'About its orders and its transports. They are kept for `NOTIFICATION_RETENTION_DAYS`.',
  })
  @ApiOkResponse({ type: NotificationListDto })
  @ApiProblem('invalid_cursor')
  async list(
    @Tenant() shop: ShopDomain,
    @Query() { status, ...page }: ListNotificationsQuery,
  ): Promise<NotificationListDto> {
    const filter = status ? { status } : {};
    const { notifications, page: next } = await this.notifications.list([shop], filter, page);
    return { data: notifications.map(toNotificationDto), page: next };
  }

  @Get(':id')
  @RequireScope('orders:read')
  @ApiOperation({
    operationId: 'getNotification',
    summary: 'One notification: to whom, and how it went',
    description: 'Its words are not shown: they are sealed until it is sent, and gone afterwards.',
  })
  @ApiOkResponse({ type: NotificationDto })
  @ApiProblem('notification_not_found')
  async get(@Tenant() shop: ShopDomain, @Param('id') id: string): Promise<NotificationDto> {
    return toNotificationDto(await this.notifications.get(shop, id));
  }
}
