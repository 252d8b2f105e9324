import { Body, Controller, Get, Headers, Param, Patch, Post, Put, Query, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Cached } from '../../platform/cache/cached.js';
import { AdminOnly, CurrentPrincipal, RequireScope, type Principal } from '../../platform/http/access.js';
import { etagOf, expectedVersion } from '../../platform/http/etag.js';
import { offsetPage } from '../../platform/http/list.dto.js';
import { ApiIfMatch, ApiProblem } from '../../platform/http/openapi.js';
import { CARRIERS_TAG, CARRIER_TTL_SECONDS, carrierTag } from './carriers.cache.js';
import {
  CarrierDto,
  CarrierListDto,
  CarriersQuery,
  CreateCarrierDto,
  ServiceAreasDto,
  UpdateCarrierDto,
} from './carriers.dto.js';
import { CarriersService } from './carriers.service.js';

const CachedCarriers = (tags: (request: FastifyRequest) => string[]) =>
  Cached({
    resource: 'carriers',
    ttlSeconds: CARRIER_TTL_SECONDS,
    staleSeconds: 60,
    scope: 'principal',
    tags,
  });
const ofOne = ({ params }: FastifyRequest) => [carrierTag((params as { carrier: string }).carrier)];

@ApiTags('carriers')
@Controller('api/carriers')
export class CarriersController {
  constructor(private readonly carriers: CarriersService) {}

  @Get()
  @CachedCarriers(() => [CARRIERS_TAG])
  @RequireScope('carriers:read')
  @ApiOperation({
    operationId: 'listCarriers',
    summary: 'Carriers by name',
    description: 'Filter by state and by what they transport. Answers are cached; a change shows at once.',
  })
  @ApiOkResponse({ type: CarrierListDto })
  async list(@Query() query: CarriersQuery): Promise<CarrierListDto> {
    const { offset, limit, ...filter } = query;
    const { carriers, total } = await this.carriers.list(filter, offset, limit);
    return offsetPage(carriers, query, total);
  }

  @Post()
  @AdminOnly()
  @ApiOperation({
    operationId: 'createCarrier',
    summary: 'Make the profile of a carrier organisation',
    description: 'For operators. The organisation is made first, then its profile; `id` is the same.',
  })
  @ApiCreatedResponse({ type: CarrierDto })
  @ApiProblem('validation_failed', 'organisation_not_found', 'carrier_exists')
  async create(
    @Body() { organisationId, ...profile }: CreateCarrierDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CarrierDto> {
    const { contactEmail = null, phone = null, ...rest } = profile;
    const carrier = await this.carriers.create(organisationId, { ...rest, contactEmail, phone });
    void reply.header('location', `/api/carriers/${carrier.id}`).header('etag', etagOf(carrier.version));
    return carrier;
  }

  @Get(':carrier')
  @CachedCarriers(ofOne)
  @RequireScope('carriers:read')
  @ApiOperation({
    operationId: 'getCarrier',
    summary: 'One carrier',
    description: 'The profile with an ETag, which is what `If-Match` of a change takes.',
  })
  @ApiOkResponse({ type: CarrierDto })
  @ApiProblem('carrier_not_found')
  async get(
    @Param('carrier') id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CarrierDto> {
    const carrier = await this.carriers.get(id);
    void reply.header('etag', etagOf(carrier.version));
    return carrier;
  }

  @Patch(':carrier')
  @RequireScope('carriers:write')
  @ApiIfMatch()
  @ApiOperation({
    operationId: 'updateCarrier',
    summary: 'Change a profile: its own people, or an operator',
    description:
      'Only the fields that are given change; the state is for operators. With `If-Match` nothing changes when somebody was faster.',
  })
  @ApiOkResponse({ type: CarrierDto })
  @ApiProblem('carrier_not_found', 'organisation_forbidden', 'forbidden', 'version_mismatch')
  async update(
    @CurrentPrincipal() principal: Principal,
    @Param('carrier') id: string,
    @Body() body: UpdateCarrierDto,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Headers('if-match') ifMatch?: string,
  ): Promise<CarrierDto> {
    const carrier = await this.carriers.update(principal, id, body, expectedVersion(ifMatch));
    void reply.header('etag', etagOf(carrier.version));
    return carrier;
  }

  @Get(':carrier/service-areas')
  @CachedCarriers(ofOne)
  @RequireScope('carriers:read')
  @ApiOperation({
    operationId: 'getServiceAreas',
    summary: 'Where a carrier goes, in its order',
    description: 'GeoJSON polygons with the names that pricing grids call their zones by.',
  })
  @ApiOkResponse({ type: ServiceAreasDto })
  @ApiProblem('carrier_not_found')
  async areas(@Param('carrier') id: string): Promise<ServiceAreasDto> {
    return { areas: await this.carriers.areasOf(id) };
  }

  @Put(':carrier/service-areas')
  @RequireScope('carriers:write')
  @ApiOperation({
    operationId: 'replaceServiceAreas',
    summary: 'Set where a carrier goes',
    description:
      'All at once: what is not among them is gone. Polygons that cross themselves or lie outside the world are refused.',
  })
  @ApiOkResponse({ type: ServiceAreasDto })
  @ApiProblem('carrier_not_found', 'organisation_forbidden')
  async replaceAreas(
    @CurrentPrincipal() principal: Principal,
    @Param('carrier') id: string,
    @Body() { areas }: ServiceAreasDto,
  ): Promise<ServiceAreasDto> {
    return { areas: await this.carriers.replaceAreas(principal, id, areas) };
  }
}
