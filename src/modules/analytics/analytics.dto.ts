import { ApiProperty } from '@nestjs/swagger';
import { IsTimeZone } from 'class-validator';
import { EnumField, IntQuery, StringField } from '../../platform/http/fields.js';
import { PageDto } from '../../platform/http/list.dto.js';
import { INTERVALS, type Interval } from './calendar.js';
import type { ProductOrder } from './sales-aggregates.repository.js';

const DATE = /^\d{4}-\d\d-\d\d$/;

export class AnalyticsQuery {
  @StringField({
    optional: true,
    maxLength: 10,
    pattern: DATE,
    format: 'date',
    example: '2026-11-01',
    description: 'First day, in the time zone; the 30th last if absent',
  })
  from?: string;

  @StringField({
    optional: true,
    maxLength: 10,
    pattern: DATE,
    format: 'date',
    example: '2026-11-30',
    description: 'Last day, in the time zone, inclusive; today if absent',
  })
  to?: string;

  @StringField({
    optional: true,
    maxLength: 3,
    pattern: /^[A-Z]{3}$/,
    example: 'EUR',
    description: "ISO 4217: orders in it, nothing is converted; the shop's if absent",
  })
  currency?: string;

  @IsTimeZone()
  @StringField({
    optional: true,
    maxLength: 60,
    pattern: /^[A-Za-z]/,
    example: 'Europe/Berlin',
    description: "IANA name: whose days are counted; the shop's if absent",
  })
  timeZone?: string;
}

export class OrderAnalyticsQuery extends AnalyticsQuery {
  @EnumField(INTERVALS, {
    optional: true,
    default: 'day',
    description: 'What a point of the series spans; weeks begin on Monday',
  })
  interval: Interval = 'day';
}

export class ProductAnalyticsQuery extends AnalyticsQuery {
  @EnumField(['net', 'sold'], {
    optional: true,
    default: 'net',
    description: 'Best by revenue less refunds, or by pieces sold',
  })
  sort: ProductOrder = 'net';

  @IntQuery({ min: 1, max: 250, default: 10, description: 'How many of the best' })
  limit = 10;
}

class RangeDto {
  @ApiProperty({ example: '2026-11-01', description: 'First day' }) from: string;
  @ApiProperty({ example: '2026-11-30', description: 'Last day, inclusive' }) to: string;
}

export class OrderFiguresDto {
  @ApiProperty({ type: 'integer', example: 42, description: 'Orders that were paid' }) orders: number;
  @ApiProperty({ type: 'integer', example: 209_580, description: 'What was paid, in minor units' })
  revenue: number;
  @ApiProperty({ type: 'integer', example: 2, description: 'How often money was given back' })
  refunds: number;
  @ApiProperty({ type: 'integer', example: 4_990, description: 'What was given back, in minor units' })
  refunded: number;
  @ApiProperty({ type: 'integer', example: 204_590, description: 'Revenue less refunds; may be negative' })
  net: number;
  @ApiProperty({
    type: 'integer',
    nullable: true,
    example: 4_990,
    description: 'Revenue by order, rounded half up; null without an order',
  })
  averageOrderValue: number | null;
}

export class OrderAnalyticsPointDto extends OrderFiguresDto implements RangeDto {
  @ApiProperty({ example: '2026-11-01', description: 'First day' }) from: string;
  @ApiProperty({ example: '2026-11-01', description: 'Last day, inclusive' }) to: string;
}

class AnalyticsDto extends RangeDto {
  @ApiProperty({ example: 'EUR' }) currency: string;
  @ApiProperty({ example: 'Europe/Berlin' }) timeZone: string;
}

export class OrderAnalyticsDto extends AnalyticsDto {
  @ApiProperty({ enum: INTERVALS }) interval: Interval;
  @ApiProperty({ description: 'Of the whole range' }) totals: OrderFiguresDto;
  @ApiProperty({
    type: [OrderAnalyticsPointDto],
    description: 'One for each interval, those without an order too',
  })
  data: OrderAnalyticsPointDto[];
}

export class ProductAnalyticsPointDto {
  @ApiProperty({ example: '6921b0d2a1f4b0a7c9e01234' }) productId: string;
  @ApiProperty({ type: String, nullable: true, description: 'Null when the product is gone' })
  title: string | null;
  @ApiProperty({ type: String, nullable: true, description: 'Null when the product is gone' })
  handle: string | null;
  @ApiProperty({ type: 'integer', example: 12, description: 'Pieces that were paid' }) sold: number;
  @ApiProperty({ type: 'integer', example: 59_880, description: 'What was paid for them' }) revenue: number;
  @ApiProperty({ type: 'integer', example: 1, description: 'Pieces that were refunded' }) takenBack: number;
  @ApiProperty({ type: 'integer', example: 4_990, description: 'What was given back for pieces of it' })
  refunded: number;
  @ApiProperty({ type: 'integer', example: 54_890, description: 'Revenue less refunds; may be negative' })
  net: number;
}

export class ProductAnalyticsDto extends AnalyticsDto {
  @ApiProperty({ type: [ProductAnalyticsPointDto], description: 'The best first' })
  data: ProductAnalyticsPointDto[];
  @ApiProperty({ description: '`total` is how many products sold or came back at all' }) page: PageDto;
}
