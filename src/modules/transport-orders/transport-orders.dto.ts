import { OmitType, PartialType } from '@nestjs/swagger';
import { ArrayMinSize } from 'class-validator';
import {
  BooleanField,
  DateField,
  EnumField,
  IdField,
  IntField,
  ObjectField,
  ObjectsField,
  StringField,
} from '../../platform/http/fields.js';
import { PointDto } from '../../platform/http/geo.fields.js';
import { ADR_CLASSES, TRANSPORT_TYPES, type AdrClass, type TransportType } from '../carriers/index.js';
import { MAX_MEASURE, MAX_STOPS, QUOTE_RULES, type QuoteRule } from '../pricing/index.js';
import { SAID_BY, type Goods, type Stop, type TransportTerms } from './transport-order.js';
import type { Step } from './transport-assignment.service.js';

export const CLIENT_EXAMPLE = 'nordlys-apparel.myshopify.com';
export const MAX_GOODS = 100;

export class StopDto implements Stop {
  @StringField({ minLength: 1, maxLength: 200, example: 'Warehouse North' }) name: string;
  @StringField({ minLength: 1, maxLength: 300, example: 'Hafenstraße 1' }) address: string;
  @StringField({ maxLength: 20, example: '10115' }) postalCode: string;
  @StringField({ minLength: 1, maxLength: 100, example: 'Berlin' }) city: string;
  @StringField({ pattern: /^[A-Z]{2}$/, maxLength: 2, example: 'DE', description: 'ISO 3166-1 alpha-2' })
  country: string;
  @ObjectField(() => PointDto) point: PointDto;
  @DateField({ example: '2026-12-01T08:00:00Z', description: 'Somebody is there from this moment' })
  windowFrom: Date;
  @DateField({ example: '2026-12-01T12:00:00Z', description: 'Until this moment' }) windowTo: Date;
}

export class GoodsDto implements Goods {
  @StringField({ minLength: 1, maxLength: 300, example: 'Garments on pallets' }) description: string;
  @IntField({ min: 1, max: MAX_MEASURE / MAX_GOODS, example: 420_000 }) weightGrams: number;
  @IntField({ optional: true, min: 0, max: MAX_MEASURE / MAX_GOODS, default: 0, example: 1_920_000 })
  volumeMillilitres: number = 0;
  @IntField({ optional: true, min: 0, max: 100, default: 0, example: 2 }) pallets: number = 0;
  @EnumField(ADR_CLASSES, {
    optional: true,
    nullable: true,
    description: 'Class of dangerous goods (ADR 2.1.1.1)',
  })
  adrClass: AdrClass | null = null;
}

export class TransportTermsDto implements TransportTerms {
  @StringField({
    minLength: 1,
    maxLength: 100,
    pattern: /^\S(.*\S)?$/,
    example: 'SHIP-1042',
    description: "The client's own name for it, once among its orders",
  })
  reference: string;
  @EnumField(TRANSPORT_TYPES, { example: 'ltl' }) transportType: TransportType;
  @StringField({ pattern: /^[A-Z]{3}$/, maxLength: 3, example: 'EUR', description: 'ISO 4217' })
  currency: string;
  @ObjectField(() => StopDto) pickup: StopDto;
  @ObjectsField(() => StopDto, {
    optional: true,
    maxItems: MAX_STOPS - 2,
    description: 'Stops between, in their order',
  })
  via: StopDto[] = [];
  @ObjectField(() => StopDto) delivery: StopDto;
  @ArrayMinSize(1)
  @ObjectsField(() => GoodsDto, { maxItems: MAX_GOODS })
  goods: GoodsDto[];
  @StringField({ optional: true, maxLength: 2_000, example: 'Ring at gate 3' }) note: string = '';
}

export class CreateTransportOrderDto extends TransportTermsDto {
  @StringField({
    example: CLIENT_EXAMPLE,
    description: 'Who sends: id of a client organisation, or the domain of a shop',
  })
  clientId: string;
  @BooleanField({ optional: true, default: false, description: 'Not to be moved yet' }) draft = false;
}

class ChangeableTerms extends OmitType(TransportTermsDto, ['via', 'note']) {
  @ObjectsField(() => StopDto, { maxItems: MAX_STOPS - 2 }) via: StopDto[];
  @StringField({ maxLength: 2_000 }) note: string;
}

/** Without the defaults: what is absent stays. */
export class UpdateTransportOrderDto extends PartialType(ChangeableTerms, { skipNullProperties: false }) {}

export class AssignTransportDto {
  @IdField({ optional: true, description: 'The carrier; without it the first by the rule' })
  carrierId?: string;
  @EnumField(QUOTE_RULES, { optional: true, default: 'cheapest' }) rule: QuoteRule = 'cheapest';
}

export class TransportStepDto {
  @EnumField(Object.keys(SAID_BY), {
    example: 'PICKED_UP',
    description: '`PENDING` and `CANCELLED` by the client, the others by the carrier',
  })
  status: Step;
  @StringField({ optional: true, maxLength: 500, example: 'Two pallets, sealed' }) note = '';
}

export class RateTransportDto {
  @IntField({ min: 1, max: 5, example: 5, description: 'Stars' }) stars: number;
}
