import { Body, Controller, Get, Headers, Param, Patch, Post, Query, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { ShopDomain } from '../../kernel/shop-domain.js';
import { RequireScope, Tenant } from '../../platform/http/access.js';
import { etagOf, expectedVersion } from '../../platform/http/etag.js';
import { ApiIfMatch, ApiProblem } from '../../platform/http/openapi.js';
import type { Device } from './device.js';
import {
  CreateDeviceDto,
  DeviceDto,
  DeviceListDto,
  ListDevicesQuery,
  toDeviceDto,
  UpdateDeviceDto,
} from './devices.dto.js';
import { DevicesService } from './devices.service.js';

@ApiTags('devices')
@ApiParam({ name: 'shop', example: 'nordlys-apparel.myshopify.com' })
@Controller('api/shops/:shop/devices')
export class DevicesController {
  constructor(private readonly devices: DevicesService) {}

  @Get()
  @RequireScope('devices:read')
  @ApiOperation({
    operationId: 'listDevices',
    summary: 'Serialised units, newest first',
    description: 'By state, variant, serial number or IMEI. Serial number and IMEI find one unit at most.',
  })
  @ApiOkResponse({ type: DeviceListDto })
  @ApiProblem('invalid_cursor')
  async list(
    @Tenant() shop: ShopDomain,
    @Query() { limit, cursor, ...filter }: ListDevicesQuery,
  ): Promise<DeviceListDto> {
    const { devices, ...page } = await this.devices.list(shop, filter, limit, cursor);
    return { data: devices.map(toDeviceDto), page };
  }

  @Post()
  @RequireScope('devices:write')
  @ApiOperation({
    operationId: 'createDevice',
    summary: 'Add a unit by its serial number',
    description: 'Serial number and IMEI are once in a shop; the check digit of an IMEI is checked.',
  })
  @ApiCreatedResponse({ type: DeviceDto })
  @ApiProblem('device_exists', 'variant_not_found')
  async create(
    @Tenant() shop: ShopDomain,
    @Body() body: CreateDeviceDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<DeviceDto> {
    const device = await this.devices.create(shop, body);
    void reply.header('location', `/api/shops/${shop}/devices/${device.id}`);
    return answer(reply, device);
  }

  @Get(':id')
  @RequireScope('devices:read')
  @ApiOperation({
    operationId: 'getDevice',
    summary: 'One unit',
    description: 'With the order it is given for, and an ETag.',
  })
  @ApiOkResponse({ type: DeviceDto })
  @ApiProblem('device_not_found')
  async get(
    @Tenant() shop: ShopDomain,
    @Param('id') id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<DeviceDto> {
    return answer(reply, await this.devices.get(shop, id));
  }

  @Patch(':id')
  @RequireScope('devices:write')
  @ApiIfMatch()
  @ApiOperation({
    operationId: 'updateDevice',
    summary: 'Change the note, or the state by hand',
    description: 'A unit that is given for an order changes with the order, not by hand.',
  })
  @ApiOkResponse({ type: DeviceDto })
  @ApiProblem('device_not_found', 'invalid_transition', 'version_mismatch')
  async update(
    @Tenant() shop: ShopDomain,
    @Param('id') id: string,
    @Body() body: UpdateDeviceDto,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Headers('if-match') ifMatch?: string,
  ): Promise<DeviceDto> {
    return answer(reply, await this.devices.update(shop, id, body, expectedVersion(ifMatch)));
  }
}

function answer(reply: FastifyReply, device: Device): DeviceDto {
  void reply.header('etag', etagOf(device.version));
  return toDeviceDto(device);
}
