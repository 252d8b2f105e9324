import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
} from '@nestjs/swagger';
import type { ShopDomain } from '../../../kernel/shop-domain.js';
import { CurrentPrincipal, RequireScope, Tenant, type Principal } from '../../../platform/http/access.js';
import { OffsetQuery, offsetPage } from '../../../platform/http/list.dto.js';
import { ApiProblem } from '../../../platform/http/openapi.js';
import {
  ApiKeyListDto,
  CreateApiKeyDto,
  CreatedApiKeyDto,
  RotateApiKeyDto,
  toApiKeyDto,
} from './api-keys.dto.js';
import { ApiKeysService, assertEndsWith, assertMayGrant } from './api-keys.service.js';

@ApiTags('api keys')
@ApiParam({ name: 'shop', example: 'demo.myshopify.com' })
@Controller('api/shops/:shop/api-keys')
export class ApiKeysController {
  constructor(private readonly keys: ApiKeysService) {}

  @Get()
  @RequireScope('api-keys:read')
  @ApiOperation({
    operationId: 'listApiKeys',
    summary: 'Keys in force, newest first',
    description: 'Never the secrets: each was shown when its key was made. Revoked keys are left out.',
  })
  @ApiOkResponse({ type: ApiKeyListDto })
  async list(@Tenant() shop: ShopDomain, @Query() query: OffsetQuery): Promise<ApiKeyListDto> {
    const { keys, total } = await this.keys.list(shop, query.offset, query.limit);
    return offsetPage(keys.map(toApiKeyDto), query, total);
  }

  @Post()
  @RequireScope('api-keys:write')
  @ApiOperation({
    operationId: 'createApiKey',
    summary: 'Make a key; its secret is shown this once',
    description:
      'Only a hash of the secret is stored. A key has no scope that its maker lacks and outlives no key that made it.',
  })
  @ApiCreatedResponse({ type: CreatedApiKeyDto })
  @ApiProblem('validation_failed')
  async create(
    @Tenant() shop: ShopDomain,
    @Body() body: CreateApiKeyDto,
    @CurrentPrincipal() principal: Principal,
  ): Promise<CreatedApiKeyDto> {
    assertMayGrant(principal, body.scopes, shop);
    assertEndsWith(principal, body.expiresAt);
    const { key, secret } = await this.keys.issue({ ...body, shop, role: 'merchant' });
    return { ...toApiKeyDto(key), secret };
  }

  @Post(':id/rotate')
  @RequireScope('api-keys:write')
  @ApiOperation({
    operationId: 'rotateApiKey',
    summary: 'Replace a key: the new secret is shown this once',
    description:
      'The new key has the name, scopes and networks of the old one, which works on until the overlap is over.',
  })
  @ApiCreatedResponse({ type: CreatedApiKeyDto })
  @ApiProblem('api_key_not_found', 'conflict')
  async rotate(
    @Tenant() shop: ShopDomain,
    @Param('id') id: string,
    @Body() body: RotateApiKeyDto,
    @CurrentPrincipal() principal: Principal,
  ): Promise<CreatedApiKeyDto> {
    const { key, secret } = await this.keys.rotate(shop, id, principal, body);
    return { ...toApiKeyDto(key), secret };
  }

  @Delete(':id')
  @HttpCode(204)
  @RequireScope('api-keys:write')
  @ApiOperation({
    operationId: 'revokeApiKey',
    summary: 'Revoke a key; it stops at once here, within 5 s elsewhere',
    description: 'It cannot be brought back; make a new one.',
  })
  @ApiNoContentResponse()
  @ApiProblem('api_key_not_found')
  async revoke(@Tenant() shop: ShopDomain, @Param('id') id: string): Promise<void> {
    await this.keys.revoke(shop, id);
  }
}
