import { Body, Controller, Get, Headers, Patch, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { AppError } from '../../kernel/errors.js';
import type { ShopDomain } from '../../kernel/shop-domain.js';
import { CurrentPrincipal, RequireScope, Tenant, type Principal } from '../../platform/http/access.js';
import { etagOf, expectedVersion } from '../../platform/http/etag.js';
import { ApiIfMatch, ApiProblem } from '../../platform/http/openapi.js';
import { ChangeSubscriptionDto, SubscriptionDto, toSubscriptionDto } from './subscriptions.dto.js';
import { SubscriptionsService } from './subscriptions.service.js';
import type { Subscription } from './subscription.js';

@ApiTags('subscriptions')
@ApiParam({ name: 'shop', example: 'nordlys-apparel.myshopify.com' })
@Controller('api/shops/:shop/subscription')
export class SubscriptionsController {
  constructor(private readonly subscriptions: SubscriptionsService) {}

  @Get()
  @RequireScope('subscriptions:read')
  @ApiOperation({
    operationId: 'getSubscription',
    summary: "The shop's plan, its limits and what is used of them",
    description: 'With the limits in force, their use, and how the subscription came to its state.',
  })
  @ApiOkResponse({ type: SubscriptionDto })
  async get(
    @Tenant() shop: ShopDomain,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SubscriptionDto> {
    return this.answer(reply, await this.subscriptions.get(shop));
  }

  @Patch()
  @RequireScope('subscriptions:write')
  @ApiOperation({
    operationId: 'changeSubscription',
    summary: 'Change the plan or cancel',
    description:
      'A free plan is active at once; a paid one runs on trial as long as the shop has one left, then waits for payment.',
  })
  @ApiIfMatch()
  @ApiOkResponse({ type: SubscriptionDto })
  @ApiProblem('validation_failed', 'plan_not_found', 'invalid_transition', 'version_mismatch')
  async change(
    @Tenant() shop: ShopDomain,
    @Body() body: ChangeSubscriptionDto,
    @CurrentPrincipal() { role }: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Headers('if-match') ifMatch?: string,
  ): Promise<SubscriptionDto> {
    if (role !== 'admin' && body.status !== undefined && body.status !== 'cancelled') {
      throw new AppError('forbidden', 'A merchant may only cancel; the other states follow payment.');
    }
    return this.answer(reply, await this.subscriptions.change(shop, body, expectedVersion(ifMatch)));
  }

  private async answer(reply: FastifyReply, subscription: Subscription): Promise<SubscriptionDto> {
    void reply.header('etag', etagOf(subscription.version));
    return toSubscriptionDto(subscription, await this.subscriptions.planInForce(subscription.shop));
  }
}
