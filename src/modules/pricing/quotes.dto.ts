import { ApiProperty } from '@nestjs/swagger';
import { ArrayMinSize } from 'class-validator';
import {
  DateField,
  EnumField,
  IntField,
  ObjectsField,
  StringField,
  StringsField,
} from '../../platform/http/fields.js';
import { PointDto } from '../../platform/http/geo.fields.js';
import { ADR_CLASSES, TRANSPORT_TYPES, type AdrClass, type TransportType } from '../carriers/index.js';
import type { Price, PriceLine } from './price.js';
import { QUOTE_RULES, REFUSALS, type Quote, type QuoteRule, type Quotes, type Refusal } from './quote.js';

export const MAX_STOPS = 20;
export const MAX_MEASURE = 1_000_000_000;

export class QuoteRequestDto {
  @EnumField(TRANSPORT_TYPES) transportType: TransportType;
  @StringField({ pattern: /^[A-Z]{3}$/, maxLength: 3, example: 'EUR', description: 'ISO 4217' })
  currency: string;
  @ArrayMinSize(2)
  @ObjectsField(() => PointDto, { maxItems: MAX_STOPS, description: 'Pickup first, delivery last' })
  stops: PointDto[];
  @IntField({ min: 1, max: MAX_MEASURE, example: 420_000 }) weightGrams: number;
  @IntField({ optional: true, min: 0, max: MAX_MEASURE, default: 0, example: 1_920_000 })
  volumeMillilitres: number = 0;
  @IntField({ optional: true, min: 0, max: 10_000, default: 0, example: 2 }) pallets: number = 0;
  @StringsField({
    optional: true,
    values: ADR_CLASSES,
    maxItems: ADR_CLASSES.length,
    unique: true,
    description: 'Dangerous goods (ADR 2.1.1.1)',
  })
  adrClasses: AdrClass[] = [];
  @DateField({
    optional: true,
    example: '2026-12-01T08:00:00Z',
    description: 'Prices valid then count; now if absent',
  })
  pickupAt?: Date;
  @EnumField(QUOTE_RULES, { optional: true, default: 'cheapest' }) rule: QuoteRule = 'cheapest';
  @IntField({ optional: true, min: 1, max: 100, default: 20, description: 'Quotes to give' }) limit: number =
    20;
}

export class PriceLineDto implements PriceLine {
  @ApiProperty({ example: 'fuel' }) code: string;
  @ApiProperty({ example: 'Fuel' }) label: string;
  @ApiProperty({ type: 'integer', example: 312, description: 'Minor units' }) amount: number;
}

export class PriceDto implements Price {
  @ApiProperty({ example: 'EUR' }) currency: string;
  @ApiProperty({ type: [PriceLineDto] }) lines: PriceLineDto[];
  @ApiProperty({ type: 'integer', example: 2_812, description: 'Sum of the lines, minor units' })
  total: number;
  @ApiProperty() gridId: string;
  @ApiProperty({ type: 'integer' }) gridVersion: number;
  @ApiProperty({ type: 'integer', example: 255_000 }) distanceMetres: number;
  @ApiProperty({ type: 'integer', nullable: true, example: 48 }) transitHours: number | null;
}

export class QuoteDto implements Quote {
  @ApiProperty() carrierId: string;
  @ApiProperty({ example: 'Polar Freight' }) carrierName: string;
  @ApiProperty({ type: Number, nullable: true, example: 4.52 }) rating: number | null;
  @ApiProperty({ type: PriceDto }) price: PriceDto;
}

export class UnavailableCarrierDto {
  @ApiProperty() carrierId: string;
  @ApiProperty({ enum: REFUSALS }) reason: Refusal;
}

export class QuotesDto implements Quotes {
  @ApiProperty({ type: [QuoteDto], description: 'Best first' }) quotes: QuoteDto[];
  @ApiProperty({ type: [UnavailableCarrierDto], description: 'Carriers that go there and cannot take it' })
  unavailable: UnavailableCarrierDto[];
}
