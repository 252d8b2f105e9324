import { ApiProperty, OmitType } from '@nestjs/swagger';
import { DECIMAL_TEXT } from '../../kernel/decimal.js';
import { DateField, EnumField, IntField, ObjectsField, StringField } from '../../platform/http/fields.js';
import { PageDto } from '../../platform/http/list.dto.js';
import { TRANSPORT_TYPES, ZONE, type TransportType } from '../carriers/index.js';
import {
  BASES,
  SURCHARGE_CONDITIONS,
  type Basis,
  type Bracket,
  type Charge,
  type GridTerms,
  type PricingGrid,
  type Rate,
  type Surcharge,
} from './pricing-grid.js';

const MAX_AMOUNT = 1_000_000_000;
const MAX_QUANTITY = 1_000_000_000;
const ZONE_OR_ANY = new RegExp(`^\\*$|${ZONE.source}`, 'u');

export class BracketDto implements Bracket {
  @IntField({
    nullable: true,
    min: 1,
    max: MAX_QUANTITY,
    example: 50_000,
    description: 'Inclusive; grams, millilitres, metres or pallets; null in the last for no end',
  })
  upTo: number | null;
  @IntField({ min: 0, max: MAX_AMOUNT, example: 1_500, description: 'Minor units' }) flat: number;
  @StringField({
    pattern: DECIMAL_TEXT,
    maxLength: 16,
    example: '12.5',
    description: 'Minor units for each kg, m³, km or pallet, decimal',
  })
  perUnit: string;
}

export class ChargeDto implements Charge {
  @EnumField(BASES) basis: Basis;
  @ObjectsField(() => BracketDto, { maxItems: 100, description: 'Ascending' }) brackets: BracketDto[];
}

export class RateDto implements Rate {
  @StringField({
    pattern: ZONE_OR_ANY,
    maxLength: 40,
    example: 'Berlin',
    description: 'A zone of the carrier, `*` for any',
  })
  fromZone: string;
  @StringField({ pattern: ZONE_OR_ANY, maxLength: 40, example: '*' }) toZone: string;
  @EnumField(['sum', 'max'], { description: 'Whether charges add up or the greatest counts' }) combine:
    'sum' | 'max';
  @ObjectsField(() => ChargeDto, { maxItems: BASES.length }) charges: ChargeDto[];
  @IntField({ min: 0, max: MAX_AMOUNT, example: 2_500, description: 'Least freight in minor units' })
  minimum: number;
  @IntField({
    nullable: true,
    min: 1,
    max: 10_000,
    example: 48,
    description: 'Hours from pickup to delivery',
  })
  transitHours: number | null;
}

export class SurchargeDto implements Surcharge {
  @StringField({ pattern: /^[a-z][a-z0-9_]{0,39}$/, maxLength: 40, example: 'fuel' }) code: string;
  @StringField({ minLength: 1, maxLength: 80, example: 'Fuel' }) label: string;
  @EnumField(SURCHARGE_CONDITIONS, {
    description: '`extra_stop`: once for each stop between pickup and delivery',
  })
  when: Surcharge['when'];
  @StringField({
    nullable: true,
    pattern: DECIMAL_TEXT,
    maxLength: 16,
    example: '12.5',
    description: 'Share of the freight',
  })
  percent: string | null;
  @IntField({ nullable: true, min: 0, max: MAX_AMOUNT, example: null, description: 'Minor units' }) amount:
    number | null;
}

export class CreatePricingGridDto implements Omit<GridTerms, 'validUntil'> {
  @EnumField(TRANSPORT_TYPES) transportType: TransportType;
  @StringField({ pattern: /^[A-Z]{3}$/, maxLength: 3, example: 'EUR', description: 'ISO 4217' })
  currency: string;
  @IntField({
    optional: true,
    min: 100,
    max: 300,
    default: 100,
    description: 'The way in per cent of the great circle',
  })
  distancePercent: number = 100;
  @ObjectsField(() => RateDto, { maxItems: 1_000 }) rates: RateDto[];
  @ObjectsField(() => SurchargeDto, { maxItems: 50 }) surcharges: SurchargeDto[];
  @DateField({ example: '2026-12-01T00:00:00Z' }) validFrom: Date;
  @DateField({ optional: true, nullable: true, example: null, description: 'Exclusive; null for no end' })
  validUntil?: Date | null;
}

export class PricingGridDto extends CreatePricingGridDto implements PricingGrid {
  @ApiProperty() id: string;
  @ApiProperty() carrierId: string;
  @ApiProperty({ type: 'integer', example: 3, description: 'Within its transport type and currency' })
  version: number;
  @ApiProperty({ type: Date, nullable: true }) declare validUntil: Date | null;
  @ApiProperty({ type: Date, nullable: true }) withdrawnAt: Date | null;
  @ApiProperty() createdAt: Date;
}

export class PricingGridSummaryDto extends OmitType(PricingGridDto, ['rates', 'surcharges']) {}

export class PricingGridListDto {
  @ApiProperty({ type: [PricingGridSummaryDto] }) data: PricingGridSummaryDto[];
  @ApiProperty({ type: PageDto }) page: PageDto;
}
