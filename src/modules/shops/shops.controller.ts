import { Body, Controller, Delete, Get, Headers, Patch, Post, Query, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { AppError } from '../../kernel/errors.js';
import { shopDomain, type ShopDomain } from '../../kernel/shop-domain.js';
import {
  AdminOnly,
  CurrentPrincipal,
  RequireScope,
  Tenant,
  type Principal,
} from '../../platform/http/access.js';
import { CurrentClient, type Client } from '../../platform/http/client.js';
import { etagOf, expectedVersion } from '../../platform/http/etag.js';
import { OffsetQuery, offsetPage } from '../../platform/http/list.dto.js';
import { ApiIfMatch, ApiProblem } from '../../platform/http/openapi.js';
import {
  CreateShopDto,
  InstalledShopDto,
  ShopDto,
  ShopListDto,
  toShopDto,
  UpdateShopDto,
} from './shops.dto.js';
import { ShopInstallationService } from './shop-installation.service.js';
import { ShopsService } from './shops.service.js';

const ShopParam = () => ApiParam({ name: 'shop', example: 'nordlys-apparel.myshopify.com' });

@ApiTags('shops')
@Controller('api/shops')
export class ShopsController {
  constructor(
    private readonly shops: ShopsService,
    private readonly installation: ShopInstallationService,
  ) {}

  @Get()
  @AdminOnly()
  @ApiOperation({
    operationId: 'listShops',
    summary: 'Every shop, newest installation first',
    description: 'For operators. Uninstalled shops stand here until their data is removed.',
  })
  @ApiOkResponse({ type: ShopListDto })
  async list(@Query() query: OffsetQuery): Promise<ShopListDto> {
    const { shops, total } = await this.shops.list(query.offset, query.limit);
    return offsetPage(shops.map(toShopDto), query, total);
  }

  @Post()
  @AdminOnly()
  @ApiOperation({
    operationId: 'installShop',
    summary: 'Install a shop; one that was uninstalled less than 30 days ago comes back with its data',
    description:
      'For operators. The answer has a first API key with every scope; its secret is shown this once.',
  })
  @ApiCreatedResponse({ type: InstalledShopDto })
  @ApiProblem('validation_failed', 'shop_exists', 'conflict')
  async install(
    @Body() { shop: text, ...input }: CreateShopDto,
    @CurrentPrincipal() principal: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<InstalledShopDto> {
    const domain = shopDomain(text);
    if (!domain) throw new AppError('validation_failed', `"${text}" is not a shop's domain.`);
    const { shop, apiKey } = await this.installation.install(domain, input, principal.id);
    void reply.header('location', `/api/shops/${domain}`).header('etag', etagOf(shop.version));
    return { ...toShopDto(shop), apiKey };
  }

  @Get(':shop')
  @ShopParam()
  @RequireScope('shops:read')
  @ApiOperation({
    operationId: 'getShop',
    summary: 'A shop and its settings',
    description: 'Name, currency, time zone, languages and domain: what sitemaps and prices are made with.',
  })
  @ApiOkResponse({ type: ShopDto })
  @ApiProblem('shop_not_found')
  async get(@Tenant() domain: ShopDomain, @Res({ passthrough: true }) reply: FastifyReply): Promise<ShopDto> {
    const shop = await this.shops.get(domain);
    void reply.header('etag', etagOf(shop.version));
    return toShopDto(shop);
  }

  @Patch(':shop')
  @ShopParam()
  @RequireScope('shops:write')
  @ApiOperation({
    operationId: 'updateShop',
    summary: 'Change settings',
    description:
      'Only the fields that are given change. With `If-Match` nothing does when somebody was faster.',
  })
  @ApiIfMatch()
  @ApiOkResponse({ type: ShopDto })
  @ApiProblem('validation_failed', 'shop_not_found', 'version_mismatch')
  async update(
    @Tenant() domain: ShopDomain,
    @Body() body: UpdateShopDto,
    @CurrentPrincipal() principal: Principal,
    @CurrentClient() { ip }: Client,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Headers('if-match') ifMatch?: string,
  ): Promise<ShopDto> {
    if (principal.role !== 'admin') this.shops.assertReachable(body, ip);
    const shop = await this.shops.update(domain, body, expectedVersion(ifMatch));
    void reply.header('etag', etagOf(shop.version));
    return toShopDto(shop);
  }

  @Delete(':shop')
  @ShopParam()
  @RequireScope('shops:write')
  @ApiOperation({
    operationId: 'uninstallShop',
    summary: 'Uninstall: keys stop at once, the data is removed after 30 days',
    description: 'From then on its routes answer 410.',
  })
  @ApiOkResponse({ type: ShopDto })
  @ApiProblem('shop_not_found', 'shop_uninstalled')
  async uninstall(@Tenant() domain: ShopDomain): Promise<ShopDto> {
    return toShopDto(await this.shops.uninstall(domain));
  }
}
