import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import type { Position } from '../../../kernel/geo.js';
import {
  DateField,
  IntQuery,
  NumberField,
  ObjectsField,
  StringField,
} from '../../../platform/http/fields.js';
import { PositionField } from '../../../platform/http/geo.fields.js';
import { MAX_LIMIT, DEFAULT_LIMIT, PageDto } from '../../../platform/http/list.dto.js';
import { TRANSPORT_STATUSES, type TransportStatus } from '../../transport-orders/index.js';
import type { StateView } from '../events/delivery.js';
import type { ReportedPosition } from '../events/tracking-event.js';

export const MOST_POSITIONS = 100;

const Measure = (max: number, example: number, description: string) =>
  applyDecorators(NumberField({ optional: true, min: 0, max, example, description }));

export class ReportPositionDto {
  @DateField({
    example: '2026-12-01T10:15:00Z',
    description: 'When it was there: later than the position before',
  })
  at: Date;
  @PositionField() coordinates: Position;
  @Measure(200, 22.5, 'Metres a second') speed?: number;
  @Measure(360, 318, 'Degrees from north, clockwise') heading?: number;
  @Measure(100_000, 8, 'Radius in metres') accuracy?: number;
}

export class ReportPositionsDto {
  @ObjectsField(() => ReportPositionDto, {
    minItems: 1,
    maxItems: MOST_POSITIONS,
    description: 'Oldest first',
  })
  positions: ReportPositionDto[];
}

export class ListPositionsQuery {
  @IntQuery({ min: 1, max: MAX_LIMIT, default: DEFAULT_LIMIT, description: 'Items on a page' })
  limit = DEFAULT_LIMIT;
  @StringField({
    optional: true,
    maxLength: 2_000,
    description: 'Continue after the page that gave this cursor',
  })
  cursor?: string;
}

export class PositionDto implements ReportedPosition {
  @ApiProperty() at: Date;
  @ApiProperty({
    type: 'array',
    items: { type: 'number' },
    minItems: 2,
    maxItems: 2,
    example: [11.7, 53.03],
    description: 'Longitude, latitude',
  })
  coordinates: Position;
  @ApiProperty({ type: Number, nullable: true, description: 'Metres a second' }) speed: number | null;
  @ApiProperty({ type: Number, nullable: true, description: 'Degrees from north' }) heading: number | null;
  @ApiProperty({ type: Number, nullable: true, description: 'Radius in metres' }) accuracy: number | null;
}

export class TrackedPositionDto extends PositionDto {
  @ApiProperty({ type: 'integer', description: 'Of the event among those of the order' }) id: number;
}

export class TrackDto {
  @ApiProperty({ type: [TrackedPositionDto], description: 'Latest first, one every 15 s at most' })
  data: TrackedPositionDto[];
  @ApiProperty({ type: PageDto }) page: PageDto;
}

export class TrackingStateDto implements StateView {
  @ApiProperty({ type: 'integer', description: 'Of the event that the last position became' })
  lastEventId: number;
  @ApiProperty({ enum: TRANSPORT_STATUSES }) status: TransportStatus;
  @ApiProperty({ type: PositionDto, nullable: true }) position: PositionDto | null;
  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'Along the stops that are left, as the crow flies',
  })
  remainingMetres: number | null;
  @ApiProperty({
    type: Date,
    nullable: true,
    description: 'At the speed of the last minutes; null while it stands',
  })
  eta: Date | null;
}
