import { Types, type mongo } from 'mongoose';
import { aggregateAnalytics } from '../../src/modules/analytics/index.js';
import { SalesHandler } from '../../src/modules/analytics/sales.handler.js';
import type { DomainEvent } from '../../src/platform/events/event-type.js';
import { Random } from '../../local/demo/random.ts';
import { startTestApp, type TestApp, type TestShop } from '../support/app.js';
import { addProducts } from '../support/catalogue.js';
import { eventually } from '../support/eventually.js';
import { addVariant, orderCalls } from '../support/orders.js';
import { expectProblem } from '../support/problem.js';
import { runJob } from '../support/run-job.js';

/** Off UTC by whole, half and quarter hours; with clocks moved at 2:00, by half an hour, and at midnight. */
const ZONES = [
  ...['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Asia/Kathmandu'],
  ...['Australia/Lord_Howe', 'Asia/Beirut', 'Pacific/Apia'],
];
const CURRENCIES = ['EUR', 'JPY'];
/** Has the days on which those zones put their clocks forward and back. */
const RANGE = { from: '2026-02-20', to: '2026-05-20' };

type Sold = { kind: 'payment' | 'refund'; at: Date; amount: number; lines: object[] };

describe('analytics', () => {
  let test: TestApp;
  let own: TestShop;
  beforeAll(async () => {
    test = await startTestApp();
  });
  afterAll(() => test.close());
  beforeEach(async () => {
    own = await test.newShop();
  });

  const read = async (of: 'orders' | 'products', query: object = {}): Promise<any> => {
    const search = new URLSearchParams(query as Record<string, string>).toString();
    const { status, body, text } = await own.api.get(`/api/shops/${own.shop}/analytics/${of}?${search}`);
    if (status !== 200) throw new Error(text);
    return body;
  };

  /** An order that was paid, and refunded, at times of the past; no event tells of it. */
  async function sold(currency: string, sales: Sold[]): Promise<string> {
    const _id = new Types.ObjectId();
    await test.db.collection('orders').insertOne({
      ...{ _id, shop: own.shop, currency, pendingSalesAt: new Date(), createdAt: new Date() },
      sales: sales.map((sale) => ({ id: new Types.ObjectId(), ...dayOf(sale), applied: false })),
    });
    return String(_id);
  }

  const handle = (ids: string[]): Promise<void> =>
    test.app.get(SalesHandler, { strict: false }).handle(ids.map((id) => eventOf(own.shop, id)));

  it('tells of payments, refunds and cancellations moments after them', async () => {
    const variantId = await addVariant(own, { price: 1_050 });
    const { paid, act, done } = orderCalls(own);
    const lines = [{ variantId, quantity: 2 }];
    const first = await paid({ lines });
    const second = await paid({ lines });
    await done(act(first.id, 'refunds', { lines: [{ lineId: first.lines[0].id, quantity: 1 }] }));
    await done(act(second.id, 'cancel'));
    const totals = {
      ...{ orders: 2, revenue: 4_200, refunds: 2, refunded: 3_150 },
      ...{ net: 1_050, averageOrderValue: 2_100 },
    };
    const answer = await eventually(async () => {
      const body = await read('orders');
      expect(body.totals).toEqual(totals);
      return body;
    });
    expect(answer).toMatchObject({ currency: 'EUR', timeZone: 'UTC', interval: 'day' });
    expect(answer.data).toHaveLength(30);
    const { data, page } = await read('products');
    expect(page.total).toBe(1);
    expect(data).toEqual([
      {
        ...{ productId: first.lines[0].productId, title: first.lines[0].title, handle: expect.any(String) },
        ...{ sold: 4, revenue: 4_200, takenBack: 3, refunded: 3_150, net: 1_050 },
      },
    ]);
    expect(await runJob(test, aggregateAnalytics)).toMatchObject({ applied: 0, repaired: 0 });
  });

  it('equals the sums of the orders in every time zone, whatever came when and how often', async () => {
    const random = new Random(20_261_121);
    const pick = (): number => random.next();
    const products = await addProducts(own, [{ title: 'A' }, { title: 'B' }, { title: 'C' }]);
    const ids: string[] = [];
    for (let n = 0; n < 120; n++) ids.push(await sold(CURRENCIES[n % 2]!, salesOf(pick, products)));
    const shuffled = [...ids, ...ids, ...ids].sort(() => pick() - 0.5);
    const thirds = [0, 1, 2].map((at) => shuffled.filter((_, n) => n % 3 === at));
    await Promise.all(thirds.map((some) => handle(some))); // at once, each order about three times
    await lateChanges(ids.slice(0, 20), pick);
    await handle(ids);
    for (const timeZone of ZONES) {
      for (const currency of CURRENCIES) {
        const wanted = await summedByDay(test.db, own.shop, currency, timeZone);
        const { data, totals } = await read('orders', { ...RANGE, timeZone, currency });
        const found = data.filter((day: any) => day.orders + day.refunds > 0).map(byDay);
        expect({ timeZone, currency, days: found }).toEqual({ timeZone, currency, days: wanted });
        expect(totals.revenue).toBe(wanted.reduce((sum, day) => sum + day.revenue, 0));
      }
    }
    for (const timeZone of ['Asia/Kathmandu', 'Australia/Lord_Howe']) {
      const range = { from: '2026-03-29', to: '2026-04-05', timeZone, currency: 'EUR', limit: '3' };
      const { data } = await read('products', range);
      expect(data.map(byProduct)).toEqual(await summedByProduct(test.db, own.shop, range));
    }
  });

  /** What happens to an order long after it was paid, and was counted. */
  async function lateChanges(ids: string[], pick: () => number): Promise<void> {
    for (const id of ids) {
      const sale = { kind: 'refund' as const, at: moment(pick), amount: 1, lines: [] };
      const $push: object = { sales: { id: new Types.ObjectId(), ...dayOf(sale), applied: false } };
      const update = { $push, $set: { pendingSalesAt: new Date() } };
      await test.db.collection('orders').updateOne({ _id: new Types.ObjectId(id) }, update);
    }
  }

  it('has the days and weeks of a clock that is moved', async () => {
    const paidAt = async (at: string): Promise<string> =>
      sold('EUR', [{ kind: 'payment', at: new Date(at), amount: 100, lines: [] }]);
    // 29 March has 23 hours in Berlin: it begins at 23:00 and ends at 22:00 in UTC
    const times = [
      '2026-03-28T22:59:59Z',
      '2026-03-28T23:00:00Z',
      '2026-03-29T21:59:59Z',
      '2026-03-29T22:00:00Z',
    ];
    await handle(await Promise.all(times.map(paidAt)));
    const query = { from: '2026-03-28', to: '2026-03-30', timeZone: 'Europe/Berlin' };
    const orders = (body: any) => body.data.map((part: any) => [part.from, part.to, part.orders]);
    expect(orders(await read('orders', query))).toEqual([
      ['2026-03-28', '2026-03-28', 1],
      ['2026-03-29', '2026-03-29', 2],
      ['2026-03-30', '2026-03-30', 1],
    ]);
    expect(orders(await read('orders', { ...query, interval: 'week' }))).toEqual([
      ['2026-03-28', '2026-03-29', 3],
      ['2026-03-30', '2026-03-30', 1],
    ]);
    const year = { from: '2026-01-01', to: '2026-12-31', interval: 'month' };
    const months = orders(await read('orders', year));
    expect(months).toHaveLength(12);
    expect(months[1]).toEqual(['2026-02-01', '2026-02-28', 0]);
    expect(months[2]).toEqual(['2026-03-01', '2026-03-31', 4]);
    await own.api.patch(`/api/shops/${own.shop}`, { timeZone: 'Europe/Berlin' });
    const { timeZone } = await read('orders');
    expect(timeZone).toBe('Europe/Berlin');
  });

  it('adds what no event told of, and repairs and reports what differs', async () => {
    const at = new Date(Date.now() - 3_600_000);
    const line = { productId: String(new Types.ObjectId()), quantity: 1, amount: 900 };
    const id = await sold('EUR', [{ kind: 'payment', at, amount: 1_000, lines: [line] }]);
    const past = { $set: { pendingSalesAt: at } };
    await test.db.collection('orders').updateOne({ _id: new Types.ObjectId(id) }, past);
    expect(await runJob(test, aggregateAnalytics)).toMatchObject({ applied: 1, repaired: 0 });
    expect((await read('orders')).totals).toMatchObject({ orders: 1, revenue: 1_000 });
    expect((await read('products')).data).toEqual([
      expect.objectContaining({ productId: line.productId, title: null, handle: null, net: 900 }),
    ]);

    const day = at.toISOString().slice(0, 10);
    await test.db.collection('sales_days').deleteOne({ shop: own.shop });
    const [stored] = await test.db.collection('product_sales_days').find({ shop: own.shop }).toArray();
    const slot = Object.keys(stored!['slots'] as object)[0]!;
    const wrong = { $inc: { [`slots.${slot}.revenue`]: 7 } };
    await test.db.collection('product_sales_days').updateOne({ _id: stored!._id }, wrong);
    const { _id, ...rest } = stored!;
    await test.db.collection('product_sales_days').insertOne({ ...rest, productId: 'nobody sold it' });
    const result = await runJob(test, aggregateAnalytics, { days: 3 });
    expect(result.repaired).toBe(1);
    expect(result.differences).toEqual([{ shop: own.shop, day, days: 1, products: 2 }]);
    expect((await read('orders')).totals).toMatchObject({ orders: 1, revenue: 1_000 });
    expect((await read('products')).data).toHaveLength(1);
    expect(await runJob(test, aggregateAnalytics, { days: 3 })).toMatchObject({ repaired: 0 });
  });

  it.each([
    ['to before from', { from: '2026-03-02', to: '2026-03-01' }, 'to'],
    ['more days than a year', { from: '2025-01-01', to: '2026-01-02' }, 'from'],
    ['a day that is none', { from: '2026-02-30' }, 'from'],
    ['a time zone that is none', { timeZone: 'Europe/Nowhere' }, 'timeZone'],
    ['an offset for a time zone', { timeZone: '+01:00' }, 'timeZone'],
    ['a currency that is none', { currency: 'XQX' }, 'currency'],
    ['an interval that is none', { interval: 'hour' }, 'interval'],
  ])('refuses %s', async (_what, query, field) => {
    const search = new URLSearchParams(query).toString();
    const answer = await own.api.get(`/api/shops/${own.shop}/analytics/orders?${search}`);
    expectProblem(answer, 400, 'validation_failed');
    expect(answer.body.errors[0].field).toBe(field);
  });

  it('bounds what products are summed over', async () => {
    const answer = await own.api.get(
      `/api/shops/${own.shop}/analytics/products?from=2026-01-01&to=2026-04-03`,
    );
    expectProblem(answer, 400, 'validation_failed');
  });
});

function dayOf<S extends { at: Date }>(sale: S): S & { day: string } {
  return { ...sale, day: sale.at.toISOString().slice(0, 10) };
}

function eventOf(shop: string, id: string): DomainEvent {
  const about = { type: 'order.paid', version: 1, aggregate: `order:${id}`, sequence: 2, at: new Date() };
  return { id: String(new Types.ObjectId()), ...about, shop, data: { id } };
}

/** Between 1 March and 10 May 2026, on any second. */
function moment(pick: () => number): Date {
  return new Date(Date.UTC(2026, 2, 1) + Math.floor(pick() * 70 * 86_400) * 1_000);
}

/** A payment of one to three lines, and in most cases refunds of some or all of it. */
function salesOf(pick: () => number, products: { id: string }[]): Sold[] {
  const lines = products
    .filter(() => pick() < 0.6)
    .map(({ id }) => ({
      ...{ productId: id, quantity: 1 + Math.floor(pick() * 4), amount: Math.floor(pick() * 9_000) },
    }));
  const amount = lines.reduce((sum, line) => sum + line.amount, 500);
  const payment: Sold = { kind: 'payment', at: moment(pick), amount, lines };
  const refunds = lines.filter(() => pick() < 0.5).map((line) => ({ amount: line.amount, lines: [line] }));
  return [payment, ...refunds.map((refund) => ({ kind: 'refund' as const, at: moment(pick), ...refund }))];
}

const byDay = ({ from, orders, revenue, refunds, refunded }: any) => ({
  ...{ day: from, orders, revenue, refunds, refunded },
});
const byProduct = ({ productId, sold, revenue, takenBack, refunded }: any) => ({
  ...{ productId, sold, revenue, takenBack, refunded },
});
const sumIf = (kind: string, field: unknown) => ({
  $sum: { $cond: [{ $eq: ['$sales.kind', kind] }, field, 0] },
});

/** The same from the orders themselves, by the database's own calendar. */
async function summedByDay(
  db: mongo.Db,
  shop: string,
  currency: string,
  timezone: string,
): Promise<{ day: string; orders: number; revenue: number; refunds: number; refunded: number }[]> {
  const _id = { $dateToString: { date: '$sales.at', timezone, format: '%Y-%m-%d' } };
  const figures = {
    ...{ orders: sumIf('payment', 1), revenue: sumIf('payment', '$sales.amount') },
    ...{ refunds: sumIf('refund', 1), refunded: sumIf('refund', '$sales.amount') },
  };
  const pipeline = [
    { $match: { shop, currency } },
    { $unwind: '$sales' },
    { $group: { _id, ...figures } },
    { $sort: { _id: 1 } },
  ];
  const days = await db.collection('orders').aggregate(pipeline).toArray();
  return days.map(({ _id: day, ...sums }) => ({ day, ...sums }) as any);
}

async function summedByProduct(
  db: mongo.Db,
  shop: string,
  { from, to, timeZone, currency }: { from: string; to: string; timeZone: string; currency: string },
): Promise<object[]> {
  const day = { $dateToString: { date: '$sales.at', timezone: timeZone, format: '%Y-%m-%d' } };
  const figures = {
    ...{ sold: sumIf('payment', '$sales.lines.quantity'), revenue: sumIf('payment', '$sales.lines.amount') },
    ...{ takenBack: sumIf('refund', '$sales.lines.quantity') },
    refunded: sumIf('refund', '$sales.lines.amount'),
  };
  const pipeline = [
    { $match: { shop, currency } },
    { $unwind: '$sales' },
    { $match: { $expr: { $and: [{ $gte: [day, from] }, { $lte: [day, to] }] } } },
    { $unwind: '$sales.lines' },
    { $group: { _id: '$sales.lines.productId', ...figures } },
    { $set: { net: { $subtract: ['$revenue', '$refunded'] } } },
    { $sort: { net: -1, _id: 1 } },
  ];
  return (await db.collection('orders').aggregate(pipeline).toArray()).map(({ _id: productId, ...sums }) =>
    byProduct({ productId, ...sums }),
  );
}
