import { Injectable, type OnModuleInit } from '@nestjs/common';
import { assertCurrency } from '../../kernel/currency.js';
import { invalidField } from '../../kernel/errors.js';
import type { ShopDomain } from '../../kernel/shop-domain.js';
import { TenantData } from '../../platform/tenancy/tenant-data.js';
import { ProductsService } from '../products/index.js';
import { ShopsService } from '../shops/index.js';
import { stretch, stretches, today, type Interval, type Stretch } from './calendar.js';
import {
  SalesAggregatesRepository,
  type ProductOrder,
  type ProductSum,
} from './sales-aggregates.repository.js';
import { startOfSlot, type OrderFigures, type SalesDay } from './sales-figures.js';

/** A year and the day it begins with again: what one answer may span, and so what it may cost. */
const MOST_DAYS = 366;
/** Products are summed while they are asked for: a document a product and day. */
const MOST_DAYS_OF_PRODUCTS = 92;
const DAYS = 30;

export interface RangeInput {
  from?: string;
  to?: string;
  currency?: string;
  timeZone?: string;
}

interface Range {
  first: Temporal.PlainDate;
  last: Temporal.PlainDate;
  currency: string;
  timeZone: string;
}

/** Revenue by order in whole minor units, rounded half up; null without an order. */
export interface Summary extends OrderFigures {
  net: number;
  averageOrderValue: number | null;
}

/** What a shop sold: read from sums by 15 minutes of UTC, which are the days of every time zone. */
@Injectable()
export class AnalyticsService implements OnModuleInit {
  constructor(
    private readonly aggregates: SalesAggregatesRepository,
    private readonly shops: ShopsService,
    private readonly products: ProductsService,
    private readonly tenants: TenantData,
  ) {}

  onModuleInit(): void {
    this.tenants.register('analytics', (shop) => this.aggregates.deleteAll(shop));
  }

  /**
   * Orders, revenue, refunds and average value by day, week or month. Two commands whatever the range.
   * @throws AppError `validation_failed`
   */
  async orders(shop: ShopDomain, input: RangeInput, interval: Interval) {
    const range = await this.rangeOf(shop, input, MOST_DAYS);
    const { first, last, currency, timeZone } = range;
    const parts = stretches(first, last, interval, timeZone);
    const days = await this.aggregates.daysWithin(shop, currency, stretch(first, last, timeZone));
    const sums = sumsOf(parts, days);
    return {
      ...aboutOf(range),
      interval,
      totals: summaryOf(sums.reduce(plus, NOTHING)),
      data: parts.map(({ from, to }, at) => ({ from, to, ...summaryOf(sums[at] ?? NOTHING) })),
    };
  }

  /** The products that sold best. Three commands whatever the range. @throws AppError `validation_failed` */
  async topProducts(shop: ShopDomain, input: RangeInput, by: ProductOrder, limit: number) {
    const range = await this.rangeOf(shop, input, MOST_DAYS_OF_PRODUCTS);
    const span = stretch(range.first, range.last, range.timeZone);
    const { count, top } = await this.aggregates.topProducts(shop, range.currency, span, by, limit);
    const named = await this.products.names(
      shop,
      top.map(({ productId }) => productId),
    );
    const data = top.map((sum: ProductSum) => {
      const { title = null, handle = null } = named.get(sum.productId) ?? {};
      return { ...sum, title, handle };
    });
    return { ...aboutOf(range), data, page: { nextCursor: null, hasMore: count > limit, total: count } };
  }

  private async rangeOf(shop: ShopDomain, input: RangeInput, mostDays: number): Promise<Range> {
    const own = await this.shops.get(shop);
    const { currency = own.currency, timeZone = own.timeZone } = input;
    if (currency !== own.currency) assertCurrency(currency);
    const last = input.to === undefined ? today(timeZone) : dateOf('to', input.to);
    const first = input.from === undefined ? last.subtract({ days: DAYS - 1 }) : dateOf('from', input.from);
    const days = first.until(last).days + 1;
    if (days < 1) throw invalidField('to', 'range', 'is before `from`');
    if (days > mostDays) throw invalidField('from', 'range', `spans ${days} days, more than ${mostDays}`);
    return { first, last, currency, timeZone };
  }
}

function aboutOf({ first, last, currency, timeZone }: Range) {
  return { from: first.toString(), to: last.toString(), currency, timeZone };
}

function dateOf(field: string, text: string): Temporal.PlainDate {
  try {
    return Temporal.PlainDate.from(text, { overflow: 'reject' });
  } catch (cause) {
    throw invalidField(field, 'date', `"${text}" is no day of the calendar`, cause);
  }
}

const NOTHING: OrderFigures = { orders: 0, revenue: 0, refunds: 0, refunded: 0 };

function plus(a: OrderFigures, b: OrderFigures): OrderFigures {
  return {
    ...{ orders: a.orders + b.orders, revenue: a.revenue + b.revenue },
    ...{ refunds: a.refunds + b.refunds, refunded: a.refunded + b.refunded },
  };
}

/** What each part has of the days, which come in their order, as the parts do. */
function sumsOf(parts: readonly Stretch[], days: readonly SalesDay<OrderFigures>[]): OrderFigures[] {
  const sums = parts.map(() => NOTHING);
  let at = 0;
  for (const { day, slots } of days) {
    // keys of an object that are whole numbers come in their order
    for (const [slot, figures] of Object.entries(slots)) {
      const begins = startOfSlot(day, Number(slot));
      while (at < parts.length && begins >= (parts[at] as Stretch).end) at++;
      const part = parts[at];
      if (part && begins >= part.start) sums[at] = plus(sums[at] ?? NOTHING, figures);
    }
  }
  return sums;
}

function summaryOf(figures: OrderFigures): Summary {
  const { orders, revenue, refunded } = figures;
  return {
    ...figures,
    net: revenue - refunded,
    averageOrderValue: orders === 0 ? null : Math.floor((2 * revenue + orders) / (2 * orders)),
  };
}
