import { Body, Controller, Delete, Get, Param, Post, Query, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { CurrentPrincipal, RequireScope, type Principal } from '../../platform/http/access.js';
import { OffsetQuery, offsetPage } from '../../platform/http/list.dto.js';
import { ApiProblem } from '../../platform/http/openapi.js';
import { CreatePricingGridDto, PricingGridDto, PricingGridListDto } from './pricing-grids.dto.js';
import { PricingGridsService } from './pricing-grids.service.js';

@ApiTags('carriers')
@Controller('api/carriers/:carrier/pricing-grids')
export class PricingGridsController {
  constructor(private readonly grids: PricingGridsService) {}

  @Get()
  @RequireScope('carriers:read')
  @ApiOperation({
    operationId: 'listPricingGrids',
    summary: "A carrier's own grids, newest first",
    description: 'For its own people and for operators: prices reach others as quotes.',
  })
  @ApiOkResponse({ type: PricingGridListDto })
  @ApiProblem('carrier_not_found', 'organisation_forbidden')
  async list(
    @CurrentPrincipal() principal: Principal,
    @Param('carrier') carrier: string,
    @Query() query: OffsetQuery,
  ): Promise<PricingGridListDto> {
    const { grids, total } = await this.grids.list(principal, carrier, query.offset, query.limit);
    return offsetPage(grids, query, total);
  }

  @Post()
  @RequireScope('carriers:write')
  @ApiOperation({
    operationId: 'publishPricingGrid',
    summary: 'Add a version of the prices',
    description: 'A grid is never changed. At any moment the newest version that is valid counts.',
  })
  @ApiCreatedResponse({ type: PricingGridDto })
  @ApiProblem('carrier_not_found', 'organisation_forbidden')
  async publish(
    @CurrentPrincipal() principal: Principal,
    @Param('carrier') carrier: string,
    @Body() body: CreatePricingGridDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PricingGridDto> {
    const { validUntil = null, ...terms } = body;
    const grid = await this.grids.publish(principal, carrier, { ...terms, validUntil });
    void reply.header('location', `/api/carriers/${carrier}/pricing-grids/${grid.id}`);
    return grid;
  }

  @Get(':grid')
  @RequireScope('carriers:read')
  @ApiOperation({
    operationId: 'getPricingGrid',
    summary: 'One version with its rates',
    description: 'For its own people and for operators: prices reach others as quotes.',
  })
  @ApiOkResponse({ type: PricingGridDto })
  @ApiProblem('carrier_not_found', 'organisation_forbidden', 'pricing_grid_not_found')
  async get(
    @CurrentPrincipal() principal: Principal,
    @Param('carrier') carrier: string,
    @Param('grid') grid: string,
  ): Promise<PricingGridDto> {
    return this.grids.get(principal, carrier, grid);
  }

  @Delete(':grid')
  @RequireScope('carriers:write')
  @ApiOperation({
    operationId: 'withdrawPricingGrid',
    summary: 'Take a version out of use; prices made by it stay',
    description: 'Quotes use the version before it from now on, if that is valid.',
  })
  @ApiOkResponse({ type: PricingGridDto })
  @ApiProblem('organisation_forbidden', 'pricing_grid_not_found')
  async withdraw(
    @CurrentPrincipal() principal: Principal,
    @Param('carrier') carrier: string,
    @Param('grid') grid: string,
  ): Promise<PricingGridDto> {
    return this.grids.withdraw(principal, carrier, grid);
  }
}
