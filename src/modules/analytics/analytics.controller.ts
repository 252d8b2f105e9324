import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { ShopDomain } from '../../kernel/shop-domain.js';
import { RequireScope, Tenant } from '../../platform/http/access.js';
import { ApiProblem } from '../../platform/http/openapi.js';
import {
  OrderAnalyticsDto,
  OrderAnalyticsQuery,
  ProductAnalyticsDto,
  ProductAnalyticsQuery,
} from './analytics.dto.js';
import { AnalyticsService } from './analytics.service.js';

@ApiTags('analytics')
@ApiParam({ name: 'shop', example: 'nordlys-apparel.myshopify.com' })
@Controller('api/shops/:shop/analytics')
export class AnalyticsController {
  constructor(private readonly analytics: AnalyticsService) {}

  @Get('orders')
  @RequireScope('analytics:read')
  @ApiOperation({
    operationId: 'getOrderAnalytics',
    summary: 'Orders, revenue, refunds and average value by day, week or month',
    description:
      'A payment counts on the day it was made, a refund on the day it was given, in the time zone that is asked for. At most 366 days.',
  })
  @ApiOkResponse({ type: OrderAnalyticsDto })
  @ApiProblem('validation_failed')
  async orders(
    @Tenant() shop: ShopDomain,
    @Query() { interval, ...range }: OrderAnalyticsQuery,
  ): Promise<OrderAnalyticsDto> {
    return this.analytics.orders(shop, range, interval);
  }

  @Get('products')
  @RequireScope('analytics:read')
  @ApiOperation({
    operationId: 'getProductAnalytics',
    summary: 'The products that sold best',
    description:
      'By what was paid for their pieces less what was given back for them; refunds of no particular piece are in the orders only. At most 92 days.',
  })
  @ApiOkResponse({ type: ProductAnalyticsDto })
  @ApiProblem('validation_failed')
  async products(
    @Tenant() shop: ShopDomain,
    @Query() { sort, limit, ...range }: ProductAnalyticsQuery,
  ): Promise<ProductAnalyticsDto> {
    return this.analytics.topProducts(shop, range, sort, limit);
  }
}
