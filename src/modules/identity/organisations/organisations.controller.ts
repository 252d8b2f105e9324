import { Body, Controller, Get, Post, Query, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import {
  AdminOnly,
  CurrentOrganisation,
  RequireScope,
  type OrganisationRef,
} from '../../../platform/http/access.js';
import { offsetPage } from '../../../platform/http/list.dto.js';
import {
  CreateOrganisationDto,
  OrganisationDto,
  OrganisationListDto,
  OrganisationsQuery,
  toOrganisationDto,
} from './organisations.dto.js';
import { OrganisationsService } from './organisations.service.js';

@ApiTags('organisations')
@Controller('api/organisations')
export class OrganisationsController {
  constructor(private readonly organisations: OrganisationsService) {}

  @Get()
  @AdminOnly()
  @ApiOperation({
    operationId: 'listOrganisations',
    summary: 'Clients and carriers, newest first',
    description: 'For operators; members read their own organisations in `GET /api/auth/me`.',
  })
  @ApiOkResponse({ type: OrganisationListDto })
  async list(@Query() query: OrganisationsQuery): Promise<OrganisationListDto> {
    const { organisations, total } = await this.organisations.list(query.kind, query.offset, query.limit);
    return offsetPage(organisations.map(toOrganisationDto), query, total);
  }

  @Post()
  @AdminOnly()
  @ApiOperation({
    operationId: 'createOrganisation',
    summary: 'Make a client or carrier organisation, then invite its owner',
    description: 'For operators. A client has goods moved, a carrier moves them.',
  })
  @ApiCreatedResponse({ type: OrganisationDto })
  async create(
    @Body() { kind, name }: CreateOrganisationDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<OrganisationDto> {
    const organisation = toOrganisationDto(await this.organisations.create(kind, name));
    void reply.header('location', `/api/organisations/${organisation.id}`);
    return organisation;
  }

  @Get(':organisation')
  @RequireScope('organisations:read')
  @ApiParam({ name: 'organisation', example: '6921b0d2a1f4b0a7c9e01234' })
  @ApiOperation({
    operationId: 'getOrganisation',
    summary: 'An organisation',
    description: 'For its members and for operators.',
  })
  @ApiOkResponse({ type: OrganisationDto })
  async get(@CurrentOrganisation() { id }: OrganisationRef): Promise<OrganisationDto> {
    return toOrganisationDto(await this.organisations.get(id));
  }
}
