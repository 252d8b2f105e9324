import { ApiProperty, OmitType } from '@nestjs/swagger';
import {
  DateField,
  EnumField,
  IdField,
  IntQuery,
  ObjectField,
  StringField,
  IntField,
} from '../../platform/http/fields.js';
import { PointDto, PolygonDto } from '../../platform/http/geo.fields.js';
import { CursorQuery, MAX_LIMIT, PageDto } from '../../platform/http/list.dto.js';
import { TRANSPORT_TYPES, type TransportType } from '../carriers/index.js';
import { PriceDto } from '../pricing/index.js';
import {
  TRANSPORT_STATUSES,
  type End,
  type LastPosition,
  type StatusEntry,
  type TransportOrder,
  type TransportStatus,
} from './transport-order.js';
import { CLIENT_EXAMPLE, GoodsDto, StopDto } from './transport-orders.dto.js';

const ENDS = ['pickup', 'delivery'] as const satisfies readonly End[];
const PARTY = {
  optional: true,
  example: CLIENT_EXAMPLE,
  description: 'Whose orders, for callers that reach several tenants; operators see all without it',
};

export class ListTransportOrdersQuery extends CursorQuery {
  @StringField(PARTY) party?: string;
  @EnumField(TRANSPORT_STATUSES, { optional: true, description: 'Is in this state' })
  status?: TransportStatus;
  @EnumField(TRANSPORT_TYPES, { optional: true, description: 'Is moved this way' })
  transportType?: TransportType;
  @StringField({ optional: true, example: CLIENT_EXAMPLE, description: 'Is sent by this client' })
  clientId?: string;
  @IdField({ optional: true, description: 'Is moved by this carrier' }) carrierId?: string;
  @StringField({ optional: true, maxLength: 100, example: 'SHIP-1042', description: 'Has this reference' })
  reference?: string;
  @StringField({
    optional: true,
    maxLength: 100,
    example: 'Berlin',
    description: 'Is picked up in this city',
  })
  pickupCity?: string;
  @StringField({
    optional: true,
    maxLength: 100,
    example: 'Hamburg',
    description: 'Is delivered to this city',
  })
  deliveryCity?: string;
  @DateField({
    optional: true,
    example: '2026-11-01T00:00:00Z',
    description: 'Created at or after this time',
  })
  createdFrom?: Date;
  @DateField({ optional: true, example: '2026-12-01T00:00:00Z', description: 'Created before this time' })
  createdTo?: Date;
}

export class NearQuery extends CursorQuery {
  @StringField(PARTY) party?: string;
  @EnumField(ENDS, { optional: true, default: 'pickup', description: 'Which end is near' }) end: End =
    'pickup';
  @StringField({
    pattern: /^-?\d{1,3}(\.\d{1,9})?,-?\d{1,3}(\.\d{1,9})?$/,
    maxLength: 32,
    example: '13.405,52.52',
    description: 'Longitude, latitude',
  })
  place: string;
  @IntQuery({ min: 1, max: 1_000_000, default: 50_000, description: 'Radius in metres' }) metres = 50_000;
}

export class WithinDto {
  @StringField(PARTY) party?: string;
  @EnumField(ENDS, { optional: true, default: 'pickup' }) end: End = 'pickup';
  @IntField({ optional: true, min: 1, max: MAX_LIMIT, default: 50 }) limit = 50;
  @ObjectField(() => PolygonDto) area: PolygonDto;
}

export class StatusEntryDto implements StatusEntry {
  @ApiProperty({ enum: TRANSPORT_STATUSES }) status: TransportStatus;
  @ApiProperty() at: Date;
  @ApiProperty({ example: 'account:6921b0d2a1f4b0a7c9e01234' }) by: string;
  @ApiProperty() note: string;
}

export class LastPositionDto implements LastPosition {
  @ApiProperty() at: Date;
  @ApiProperty({ type: PointDto }) point: PointDto;
  @ApiProperty({
    type: Date,
    nullable: true,
    description:
      'When it may arrive, as the crow flies at the speed of the last minutes; null while it stands',
  })
  eta: Date | null;
}

export class TransportOrderDto implements TransportOrder {
  @ApiProperty({ example: '6921b0d2a1f4b0a7c9e01234' }) id: string;
  @ApiProperty({ example: CLIENT_EXAMPLE }) clientId: string;
  @ApiProperty({ type: String, nullable: true }) carrierId: string | null;
  @ApiProperty({ example: 'SHIP-1042' }) reference: string;
  @ApiProperty({ enum: TRANSPORT_TYPES }) transportType: TransportType;
  @ApiProperty({ example: 'EUR' }) currency: string;
  @ApiProperty({ type: StopDto }) pickup: StopDto;
  @ApiProperty({ type: [StopDto] }) via: StopDto[];
  @ApiProperty({ type: StopDto }) delivery: StopDto;
  @ApiProperty({ type: [GoodsDto] }) goods: GoodsDto[];
  @ApiProperty() note: string;
  @ApiProperty({ type: PriceDto, nullable: true, description: 'As it was when the carrier was assigned' })
  price: PriceDto | null;
  @ApiProperty({ enum: TRANSPORT_STATUSES }) status: TransportStatus;
  @ApiProperty({
    type: 'integer',
    nullable: true,
    example: 5,
    description: 'Stars the client gave its carrier',
  })
  rating: number | null;
  @ApiProperty({
    type: LastPositionDto,
    nullable: true,
    description: 'As of some seconds ago; null before it moved. The ETag does not change with it',
  })
  lastPosition: LastPosition | null;
  @ApiProperty({ type: [StatusEntryDto], description: 'Oldest first' }) history: StatusEntryDto[];
  @ApiProperty({ type: 'integer', description: 'The ETag of the resource' }) version: number;
  @ApiProperty() createdAt: Date;
  @ApiProperty() updatedAt: Date;
}

export class TransportOrderSummaryDto extends OmitType(TransportOrderDto, ['history']) {}

export class TransportOrderListDto {
  @ApiProperty({ type: [TransportOrderSummaryDto], description: 'Without their history' })
  data: TransportOrderSummaryDto[];
  @ApiProperty({ type: PageDto }) page: PageDto;
}
