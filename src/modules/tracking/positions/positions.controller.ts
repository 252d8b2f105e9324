import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { decodeCursor, encodeCursor } from '../../../kernel/cursor.js';
import { AppError } from '../../../kernel/errors.js';
import { CurrentPrincipal, RequireScope, type Principal } from '../../../platform/http/access.js';
import { ApiProblem } from '../../../platform/http/openapi.js';
import { stateView } from '../events/delivery.js';
import type { TrackingEvent } from '../events/tracking-event.js';
import {
  ListPositionsQuery,
  ReportPositionsDto,
  TrackDto,
  TrackedPositionDto,
  TrackingStateDto,
} from './positions.dto.js';
import { PositionsService } from './positions.service.js';

const SORT = '-id';

@ApiTags('transport orders')
@Controller('api/transport-orders/:id/positions')
export class PositionsController {
  constructor(private readonly positions: PositionsService) {}

  @Post()
  @HttpCode(200)
  @RequireScope('transport-orders:write')
  @ApiOperation({
    operationId: 'reportPositions',
    summary: 'Say where it is',
    description:
      'By its carrier, while it moves: at most 120 positions a minute, each later than the one before. Of several, those before a refused one are taken.',
  })
  @ApiOkResponse({ type: TrackingStateDto })
  @ApiProblem(
    'validation_failed',
    'transport_order_not_found',
    'organisation_forbidden',
    'invalid_transition',
    'rate_limited',
  )
  async report(
    @CurrentPrincipal() principal: Principal,
    @Param('id') id: string,
    @Body() { positions }: ReportPositionsDto,
  ): Promise<TrackingStateDto> {
    const event = await this.positions.reportAll(
      principal,
      id,
      positions.map(({ at, coordinates, speed, heading, accuracy }) => ({
        ...{ at, coordinates },
        ...{ speed: speed ?? null, heading: heading ?? null, accuracy: accuracy ?? null },
      })),
    );
    return { lastEventId: event.id, ...stateView(event) };
  }

  @Get()
  @RequireScope('transport-orders:read')
  @ApiOperation({
    operationId: 'listPositions',
    summary: 'The track of a transport order, latest position first',
    description: 'For its client and its carrier, as long as TRACKING_RETENTION_DAYS says.',
  })
  @ApiOkResponse({ type: TrackDto })
  @ApiProblem('transport_order_not_found', 'invalid_cursor')
  async list(
    @CurrentPrincipal() principal: Principal,
    @Param('id') id: string,
    @Query() { limit, cursor }: ListPositionsQuery,
  ): Promise<TrackDto> {
    const before = cursor === undefined ? undefined : idIn(cursor);
    const events = await this.positions.track(principal, id, before, limit + 1);
    const hasMore = events.length > limit;
    if (hasMore) events.pop();
    const last = events.at(-1);
    const nextCursor = hasMore && last ? encodeCursor({ sort: SORT, values: [last.id] }) : null;
    return { data: events.flatMap(trackedPosition), page: { nextCursor, hasMore } };
  }
}

function trackedPosition({ id, position }: TrackingEvent): TrackedPositionDto[] {
  return position ? [{ id, ...position }] : [];
}

function idIn(cursor: string): number {
  const [id] = decodeCursor(cursor, SORT, 1);
  if (typeof id === 'number' && Number.isSafeInteger(id)) return id;
  throw new AppError('invalid_cursor', 'The cursor is not one this list gave out; start again without it.');
}
