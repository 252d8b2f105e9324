import { Body, Controller, Get, Headers, Put, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ShopDomain } from '../../../kernel/shop-domain.js';
import { Cached } from '../../../platform/cache/cached.js';
import { Public, RequireScope, Tenant } from '../../../platform/http/access.js';
import { etagOf, expectedVersion } from '../../../platform/http/etag.js';
import { ApiIfMatch, ApiProblem } from '../../../platform/http/openapi.js';
import { LimitAs } from '../../../platform/limits/limit-as.js';
import { featuredTag, productsTag } from '../products.cache.js';
import {
  ArrangeFeaturedProductsDto,
  FeaturedProductListDto,
  FeaturedSelectionDto,
  toFeaturedProductDto,
} from './featured-products.dto.js';
import type { FeaturedSelection } from './featured-products.repository.js';
import { FeaturedProductsService } from './featured-products.service.js';

/** 300 s as requirements R4.7 ask; a change of the list or of any product voids it before. */
const CachedFeatured = () =>
  Cached({
    resource: 'featured-products',
    ttlSeconds: 300,
    staleSeconds: 30,
    scope: 'public',
    tags: ({ shop }: FastifyRequest) => [featuredTag(shop as ShopDomain), productsTag(shop as ShopDomain)],
  });

@ApiTags('products')
@ApiParam({ name: 'shop', example: 'nordlys-apparel.myshopify.com' })
@Controller('api/shops/:shop/products/featured')
export class FeaturedProductsController {
  constructor(private readonly featured: FeaturedProductsService) {}

  @Get()
  @CachedFeatured()
  @Public()
  @LimitAs('public')
  @ApiOperation({
    operationId: 'listFeaturedProducts',
    summary: 'What the shop features, as its storefront shows it',
    description:
      "For everybody, in the shop's order: what is active and published, without stock. A CDN may keep it for five minutes.",
  })
  @ApiOkResponse({ type: FeaturedProductListDto })
  async list(@Tenant() shop: ShopDomain): Promise<FeaturedProductListDto> {
    const shown = await this.featured.shown(shop);
    return {
      data: shown.map(toFeaturedProductDto),
      page: { nextCursor: null, hasMore: false, total: shown.length },
    };
  }

  @Get('selection')
  @RequireScope('products:read')
  @ApiOperation({
    operationId: 'getFeaturedSelection',
    summary: 'Which products are featured, in their order',
    description: 'Ids of all that were chosen, also of those that are not on sale now. With an ETag.',
  })
  @ApiOkResponse({ type: FeaturedSelectionDto })
  async selection(
    @Tenant() shop: ShopDomain,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<FeaturedSelectionDto> {
    return answer(reply, await this.featured.selection(shop));
  }

  @Put('selection')
  @RequireScope('products:write')
  @ApiIfMatch()
  @ApiOperation({
    operationId: 'arrangeFeaturedProducts',
    summary: 'Choose and order the featured products',
    description: 'Replaces the list. A product that is deleted leaves it by itself.',
  })
  @ApiOkResponse({ type: FeaturedSelectionDto })
  @ApiProblem('validation_failed', 'version_mismatch')
  async arrange(
    @Tenant() shop: ShopDomain,
    @Body() { productIds }: ArrangeFeaturedProductsDto,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Headers('if-match') ifMatch?: string,
  ): Promise<FeaturedSelectionDto> {
    return answer(reply, await this.featured.arrange(shop, productIds, expectedVersion(ifMatch)));
  }
}

function answer(reply: FastifyReply, selection: FeaturedSelection): FeaturedSelectionDto {
  void reply.header('etag', etagOf(selection.version));
  return selection;
}
