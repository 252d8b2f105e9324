import { Body, Controller, Get, Headers, HttpCode, Param, Patch, Post, Query, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { decodeCursor, encodeCursor, idIn } from '../../kernel/cursor.js';
import { AppError } from '../../kernel/errors.js';
import type { ShopDomain } from '../../kernel/shop-domain.js';
import { RequireScope, Tenant } from '../../platform/http/access.js';
import { etagOf, expectedVersion } from '../../platform/http/etag.js';
import { ApiIfMatch, ApiProblem } from '../../platform/http/openapi.js';
import {
  AdjustInventoryDto,
  CreateLocationDto,
  InventoryLevelDto,
  InventoryLevelListDto,
  ListLevelsQuery,
  LocationDto,
  LocationListDto,
  toLevelDto,
  toLocationDto,
  UpdateLocationDto,
} from './inventory.dto.js';
import { InventoryService } from './inventory.service.js';
import { LocationsService } from './locations.service.js';

@ApiTags('inventory')
@ApiParam({ name: 'shop', example: 'nordlys-apparel.myshopify.com' })
@Controller('api/shops/:shop')
export class InventoryController {
  constructor(
    private readonly inventory: InventoryService,
    private readonly locations: LocationsService,
  ) {}

  @Get('locations')
  @RequireScope('inventory:read')
  @ApiOperation({
    operationId: 'listLocations',
    summary: 'Where stock lies, the default location first',
    description:
      'The default location is there from the first look at stock; pieces are taken from it first.',
  })
  @ApiOkResponse({ type: LocationListDto })
  async listLocations(@Tenant() shop: ShopDomain): Promise<LocationListDto> {
    const data = (await this.locations.list(shop)).map(toLocationDto);
    return { data, page: { nextCursor: null, hasMore: false, total: data.length } };
  }

  @Post('locations')
  @RequireScope('inventory:write')
  @ApiOperation({
    operationId: 'createLocation',
    summary: 'Add a location',
    description: 'It begins without stock: `inventory/adjustments` says what lies there.',
  })
  @ApiCreatedResponse({ type: LocationDto })
  @ApiProblem('conflict')
  async createLocation(
    @Tenant() shop: ShopDomain,
    @Body() body: CreateLocationDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<LocationDto> {
    const location = await this.locations.create(shop, body);
    void reply.header('etag', etagOf(location.version));
    return toLocationDto(location);
  }

  @Patch('locations/:id')
  @RequireScope('inventory:write')
  @ApiIfMatch()
  @ApiOperation({
    operationId: 'updateLocation',
    summary: 'Rename a location, open or close it',
    description: 'Stock of a closed location is not sold and stays where it is.',
  })
  @ApiOkResponse({ type: LocationDto })
  @ApiProblem('location_not_found', 'version_mismatch', 'conflict')
  async updateLocation(
    @Tenant() shop: ShopDomain,
    @Param('id') id: string,
    @Body() body: UpdateLocationDto,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Headers('if-match') ifMatch?: string,
  ): Promise<LocationDto> {
    const location = await this.locations.update(shop, id, body, expectedVersion(ifMatch));
    void reply.header('etag', etagOf(location.version));
    return toLocationDto(location);
  }

  @Get('inventory/levels')
  @RequireScope('inventory:read')
  @ApiOperation({
    operationId: 'listInventoryLevels',
    summary: 'Stock by variant and location',
    description: '`onHand` is what is available, held and committed together.',
  })
  @ApiOkResponse({ type: InventoryLevelListDto })
  @ApiProblem('invalid_cursor')
  async listLevels(
    @Tenant() shop: ShopDomain,
    @Query() { limit, cursor, ...filter }: ListLevelsQuery,
  ): Promise<InventoryLevelListDto> {
    const after = cursor === undefined ? undefined : afterOf(cursor);
    const levels = await this.inventory.list(shop, filter, limit + 1, after);
    const hasMore = levels.length > limit;
    if (hasMore) levels.pop();
    const last = levels.at(-1);
    const nextCursor =
      hasMore && last ? encodeCursor({ sort: SORT, values: [last.variantId, last.locationId] }) : null;
    return { data: levels.map(toLevelDto), page: { nextCursor, hasMore } };
  }

  @Post('inventory/adjustments')
  @HttpCode(200)
  @RequireScope('inventory:write')
  @ApiOperation({
    operationId: 'adjustInventory',
    summary: 'Count a variant anew, or change its stock',
    description: 'Either `available` as it is counted, or `delta`. What is held and committed stays.',
  })
  @ApiOkResponse({ type: InventoryLevelDto })
  @ApiProblem('variant_not_found', 'location_not_found', 'insufficient_stock')
  async adjust(
    @Tenant() shop: ShopDomain,
    @Body() { available, delta, reason = '', ...item }: AdjustInventoryDto,
  ): Promise<InventoryLevelDto> {
    if ((available === undefined) === (delta === undefined))
      throw new AppError('validation_failed', 'Give either `available` or `delta`.', {
        errors: [{ field: 'available', code: 'either_or', message: 'either this or delta is needed' }],
      });
    const change = available === undefined ? { delta: delta ?? 0 } : { available };
    return toLevelDto(await this.inventory.adjust(shop, { ...item, reason, ...change }));
  }
}

const SORT = 'variantId';

function afterOf(cursor: string): { variantId: string; locationId: string } {
  const [variantId, locationId] = decodeCursor(cursor, SORT, 2);
  return { variantId: idIn(variantId), locationId: idIn(locationId) };
}
