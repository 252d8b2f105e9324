import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CurrentPrincipal, RequireScope, type Principal } from '../../../platform/http/access.js';
import { ApiProblem } from '../../../platform/http/openapi.js';
import {
  ListNotificationsQuery,
  NotificationListDto,
  NotificationsDto,
  toNotificationDto,
} from '../notifications.dto.js';
import { TransportNoticesService } from './transport-notices.service.js';
import { NotifyTransportOrderDto } from './transport-notify.dto.js';

@ApiTags('notifications')
@Controller('api/transport-orders/:id')
export class TransportNotifyController {
  constructor(private readonly notices: TransportNoticesService) {}

  @Post('notify')
  @HttpCode(202)
  @RequireScope('transport-orders:write')
  @ApiOperation({
    operationId: 'notifyTransportOrder',
    summary: 'Tell a party of the transport something by mail',
    description:
      'Goes to the owners of the client or the carrier, at most ten, in the name of the caller; by jobs with three tries each.',
  })
  @ApiAcceptedResponse({ type: NotificationsDto })
  @ApiProblem(
    'transport_order_not_found',
    'organisation_forbidden',
    'recipient_missing',
    'template_variables_missing',
  )
  async notify(
    @CurrentPrincipal() principal: Principal,
    @Param('id') id: string,
    @Body() body: NotifyTransportOrderDto,
  ): Promise<NotificationsDto> {
    return { data: (await this.notices.notify(principal, id, body)).map(toNotificationDto) };
  }

  @Get('notifications')
  @RequireScope('transport-orders:read')
  @ApiOperation({
    operationId: 'listTransportOrderNotifications',
    summary: "What the caller's side sent about a transport, newest first",
    description: 'Addresses are masked: they may be those of the other party.',
  })
  @ApiOkResponse({ type: NotificationListDto })
  @ApiProblem('transport_order_not_found', 'invalid_cursor')
  async list(
    @CurrentPrincipal() principal: Principal,
    @Param('id') id: string,
    @Query() { status, ...page }: ListNotificationsQuery,
  ): Promise<NotificationListDto> {
    const filter = status ? { status } : {};
    const { notifications, page: next } = await this.notices.list(principal, id, filter, page);
    return { data: notifications.map(toNotificationDto), page: next };
  }
}
