import { ApiProperty, OmitType, PartialType } from '@nestjs/swagger';
import { IsEmail } from 'class-validator';
import {
  EnumField,
  IntField,
  ObjectField,
  ObjectsField,
  StringField,
  StringsField,
} from '../../platform/http/fields.js';
import { PolygonDto } from '../../platform/http/geo.fields.js';
import { OffsetQuery, PageDto } from '../../platform/http/list.dto.js';
import {
  ADR_CLASSES,
  CARRIER_STATUSES,
  TRANSPORT_TYPES,
  type AdrClass,
  type Capacity,
  type Carrier,
  type CarrierStatus,
  type ServiceArea,
  type TransportType,
} from './carrier.js';

export const MAX_SERVICE_AREAS = 100;
export const ZONE = /^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,39}$/u;

export class CapacityDto implements Capacity {
  @IntField({
    nullable: true,
    min: 1,
    max: 1_000_000_000,
    example: 24_000_000,
    description: 'Null for no limit',
  })
  weightGrams: number | null;
  @IntField({ nullable: true, min: 1, max: 1_000_000_000, example: 90_000_000 }) volumeMillilitres:
    number | null;
  @IntField({ nullable: true, min: 1, max: 10_000, example: 33 }) pallets: number | null;
}

export class CreateCarrierDto {
  @StringField({
    pattern: /^[0-9a-f]{24}$/,
    maxLength: 24,
    example: '6921b0d2a1f4b0a7c9e01234',
    description: 'An organisation of the kind `carrier`',
  })
  organisationId: string;
  @StringField({ minLength: 1, maxLength: 120, pattern: /\S/, example: 'Polar Freight' }) name: string;
  @StringsField({
    values: TRANSPORT_TYPES,
    minItems: 1,
    maxItems: TRANSPORT_TYPES.length,
    unique: true,
    example: ['ltl', 'ftl'],
  })
  transportTypes: TransportType[];
  @ObjectField(() => CapacityDto, { description: 'The most one shipment may be' }) capacity: CapacityDto;
  @StringsField({
    values: ADR_CLASSES,
    maxItems: ADR_CLASSES.length,
    unique: true,
    example: ['3', '8'],
    description: 'Dangerous goods it may carry (ADR 2.1.1.1)',
  })
  adrClasses: AdrClass[];
  @IsEmail()
  @StringField({ optional: true, nullable: true, example: 'dispatch@polar.example' })
  contactEmail?: string | null;
  @StringField({
    optional: true,
    nullable: true,
    maxLength: 40,
    pattern: /^\+?[\d ()/-]{4,40}$/,
    example: '+49 30 1234567',
  })
  phone?: string | null;
}

export class UpdateCarrierDto extends PartialType(OmitType(CreateCarrierDto, ['organisationId']), {
  skipNullProperties: false,
}) {
  @EnumField(CARRIER_STATUSES, { optional: true, description: 'Operators only' }) status?: CarrierStatus;
}

export class CarriersQuery extends OffsetQuery {
  @EnumField(CARRIER_STATUSES, { optional: true, default: 'active', description: 'Whether they take orders' })
  status: CarrierStatus = 'active';
  @EnumField(TRANSPORT_TYPES, { optional: true, description: 'What they can take' })
  transportType?: TransportType;
}

export class CarrierDto implements Carrier {
  @ApiProperty({ example: '6921b0d2a1f4b0a7c9e01234', description: "The organisation's" }) id: string;
  @ApiProperty({ example: 'Polar Freight' }) name: string;
  @ApiProperty({ enum: CARRIER_STATUSES }) status: CarrierStatus;
  @ApiProperty({ enum: TRANSPORT_TYPES, isArray: true }) transportTypes: TransportType[];
  @ApiProperty({ type: CapacityDto }) capacity: CapacityDto;
  @ApiProperty({ enum: ADR_CLASSES, isArray: true }) adrClasses: AdrClass[];
  @ApiProperty({ type: String, nullable: true }) contactEmail: string | null;
  @ApiProperty({ type: String, nullable: true }) phone: string | null;
  @ApiProperty({
    type: Number,
    nullable: true,
    example: 4.52,
    description: '1 to 5; null before the first rating',
  })
  rating: number | null;
  @ApiProperty({ type: 'integer', example: 118 }) ratings: number;
  @ApiProperty({ type: 'integer', description: 'The ETag of the resource' }) version: number;
  @ApiProperty() createdAt: Date;
  @ApiProperty() updatedAt: Date;
}

export class CarrierListDto {
  @ApiProperty({ type: [CarrierDto] }) data: CarrierDto[];
  @ApiProperty({ type: PageDto }) page: PageDto;
}

export class ServiceAreaDto implements ServiceArea {
  @StringField({
    pattern: ZONE,
    maxLength: 40,
    example: 'Berlin',
    description: 'What prices are by; areas may share one',
  })
  zone: string;
  @ObjectField(() => PolygonDto) area: PolygonDto;
}

export class ServiceAreasDto {
  @ObjectsField(() => ServiceAreaDto, {
    maxItems: MAX_SERVICE_AREAS,
    description: 'Where two overlap, the first counts',
  })
  areas: ServiceAreaDto[];
}
