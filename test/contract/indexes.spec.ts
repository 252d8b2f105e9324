import { AuditOutbox } from '../../src/platform/audit/audit-outbox.js';
import { removeExpiredEvents } from '../../src/modules/audit/audit-retention.job.js';
import { getConnectionToken } from '@nestjs/mongoose';
import { Types, type Connection } from 'mongoose';
import { JobReconciler } from '../../src/platform/queue/job-reconciler.js';
import { aggregateAnalytics } from '../../src/modules/analytics/index.js';
import { expireOrders } from '../../src/modules/orders/order-expiry.job.js';
import { PRODUCT_SORTS } from '../../src/modules/products/products.query.js';
import { reconcileQuotas } from '../../src/modules/products/quota-reconciliation.job.js';
import { purgeShops } from '../../src/modules/shops/shop-purge.job.js';
import { EndpointShutdown } from '../../src/modules/webhooks/endpoints/endpoint-shutdown.js';
import { Feeds } from '../../src/modules/tracking/events/feeds.js';
import { removeExpiredLogins } from '../../src/modules/identity/sessions/session-retention.job.js';
import { archiveSitemaps } from '../../src/modules/sitemaps/sitemap.jobs.js';
import { endTrials } from '../../src/modules/subscriptions/trials.job.js';
import { startTestApp, type TestApp, type TestShop } from '../support/app.js';
import { importCsv } from '../support/csv-catalogue.js';
import { operations } from '../support/openapi.js';
import { CommandRecorder, type RecordedCommand } from '../support/recorder.js';
import { runJob } from '../support/run-job.js';
import { drivers, variedCsv } from './drive.js';
import { completeGrid } from '../../src/modules/transport-orders/near/grid-completion.job.js';
import { expireOffers } from '../../src/modules/transport-orders/offers/offer-expiry.job.js';
import { notificationQueries } from './notifications-drive.js';
import { transportQueries } from './logistics-drive.js';
import { box } from '../support/logistics.js';
import { positionAt } from '../support/tracking.js';
import { orderListQueries } from './orders-drive.js';

/** Indexes that no query of the application uses, and why they are there all the same. */
const WITHOUT_QUERY: Record<string, string> = {
  'users.phone': 'R1.5: unique sparse; a constraint',
  'jobs.key': 'a constraint: one job a schedule slot, found out by the duplicate key',
  'jobs.ended_expiresAt': 'TTL: used by the server itself',
  'events.expiresAt': 'TTL',
  'signing_keys.expiresAt': 'TTL',
  'invitations.expiresAt': 'TTL',
  'idempotency_keys.expiresAt': 'TTL',
  'webhook_deliveries.endpoint_eventId': 'a constraint: one delivery an endpoint and event',
  'webhook_deliveries.expiresAt': 'TTL',
  'notifications.expiresAt': 'TTL',
  'notifications.cause': 'a constraint: an event is told once',
  'files.files.filename_1_uploadDate_1': "GridFS' own (specification); the driver asks for it by name",
  'subscriptions.plan': 'R1.5; the down migration of the plans counts subscribers by it',
  'products.shop_seo.optimized': 'R1.5: sparse; for the count of optimised products',
  'orders.shop_payments.reference': 'a constraint: a payment pays one order',
  'transport_offers.open_orderId_carrierId': 'a constraint: a carrier is asked once at a time',
  'tracking_events.expiresAt': 'TTL',
  'locations.shop_isDefault': 'a constraint: one default location a shop',
};

const FILTERS: Record<string, string> = {
  status: 'active',
  vendor: 'Nordlys',
  productType: 'Shirt',
  tag: 'summer',
  optimized: 'false',
  updatedSince: '2020-01-01T00:00:00Z',
  priceMin: '2000',
  priceMax: '7000',
  q: 'product shirt',
};
const AUDIT_FILTERS = [
  ['action', 'created'],
  ['resource', 'product'],
  ['resourceId', 'x'],
  ['principal', 'account:x'],
] as const;
const PRODUCTS = 1_500;
const SHOPS = 3;

describe('queries and indexes', () => {
  let test: TestApp;
  let recorder: CommandRecorder;
  let own: TestShop;
  const recorded: RecordedCommand[] = [];

  beforeAll(async () => {
    test = await startTestApp({ SHOP_RETENTION_DAYS: '0' });
    const shops = await Promise.all(Array.from({ length: SHOPS }, () => test.newShop()));
    own = shops[0]!;
    const csv = variedCsv(PRODUCTS);
    for (const shop of shops) await importCsv(shop, csv);
    recorder = await CommandRecorder.start(test.db.databaseName);
    await drive();
    recorded.push(...(await recorder.take()));
  });
  afterAll(async () => {
    await recorder.stop();
    await test.close();
  });

  /** Every operation, every filter and pair of filters by every sort on both kinds of pages, every job. */
  async function drive(): Promise<void> {
    for (const [id, driver] of Object.entries(drivers(test, own))) {
      const { status, text } = await driver(25);
      if (status >= 400) throw new Error(`${id}: ${status} ${text}`);
    }
    for (const filter of combinations())
      for (const sort of PRODUCT_SORTS) await readList({ ...filter, sort });
    await driveAudit();
    await driveOrders();
    await driveWebhooks();
    await driveNotifications();
    await driveTransports();
    await driveJobs();
  }

  /** Every pair of the log's filters, on the first page and on the next; what removes a tenant's. */
  async function driveWebhooks(): Promise<void> {
    const path = `/api/shops/${own.shop}/webhook-deliveries`;
    const [first] = (await own.api.get(path)).body.data;
    for (const filter of ['', `endpoint=${first.endpoint}`]) {
      for (const state of ['', '&status=pending', '&status=failed', '&status=delivered']) {
        const { status, body, text } = await own.api.get(`${path}?limit=1&${filter}${state}`);
        if (status !== 200) throw new Error(text);
        const cursor = body.page.nextCursor as string | null;
        if (cursor) await own.api.get(`${path}?limit=1&${filter}${state}&cursor=${cursor}`);
      }
    }
    const endpoint = new Types.ObjectId(String(first.endpoint));
    await test.app.get(EndpointShutdown, { strict: false }).disable(own.shop, endpoint, 'failing');
  }

  /** Every filter of the log and of the suppression list, on the first page and on the next. */
  async function driveNotifications(): Promise<void> {
    for (const path of notificationQueries(own)) {
      const { status, body, text } = await test.admin.get(path);
      if (status !== 200) throw new Error(`${path}: ${text}`);
      const cursor = body.page.nextCursor as string | null;
      if (cursor) await test.admin.get(`${path}&cursor=${cursor}`);
    }
  }

  /** Each filter and pair of filters, on the first page and on the next, for operators and for a tenant. */
  async function driveAudit(): Promise<void> {
    const filters = [...AUDIT_FILTERS, ['from', '2020-01-01T00:00:00Z'] as const];
    const pairs = filters.flatMap((one) => filters.map((other) => [one, other]));
    for (const path of ['/api/admin/audit-events', `/api/shops/${own.shop}/audit-events`]) {
      for (const pair of [[], ...pairs]) {
        const query = new URLSearchParams({ limit: '1', ...Object.fromEntries(pair) });
        const { status, body, text } = await test.admin.get(`${path}?${query.toString()}`);
        if (status !== 200) throw new Error(`${path}?${query.toString()}: ${text}`);
        const cursor = body.page.nextCursor as string | null;
        if (cursor) await test.admin.get(`${path}?${query.toString()}&cursor=${cursor}`);
      }
    }
  }

  /** Each filter and pair of filters by every sort, on the first page and behind a cursor. */
  async function driveOrders(): Promise<void> {
    const base = `/api/shops/${own.shop}`;
    const variantId = '6921b0d2a1f4b0a7c9e01234';
    const queries: Record<string, Record<string, string>[]> = {
      orders: orderListQueries(),
      customers: [{ email: 'a@b.no' }, { phone: '+4930901820' }, { tag: 'x' }, { sort: 'createdAt' }],
      devices: [{ status: 'sold' }, { variantId }, { serial: 'x' }, { imei: 'x' }, {}],
      'inventory/levels': [{ variantId }, { locationId: variantId }, {}],
    };
    const lists = Object.entries(queries).flatMap(([list, all]) =>
      all.map((query) => [list, query] as const),
    );
    for (const [list, query] of lists) {
      const search = new URLSearchParams({ ...query, limit: '1' }).toString();
      const { status, body, text } = await own.api.get(`${base}/${list}?${search}`);
      if (status !== 200) throw new Error(`${list} ${search}: ${text}`);
      const cursor = body.page.nextCursor as string | null;
      if (cursor) await own.api.get(`${base}/${list}?${search}&cursor=${cursor}`);
    }
  }

  async function driveTransports(): Promise<void> {
    for (const path of transportQueries()) {
      const { status, body, text } = await test.admin.get(path);
      if (status !== 200) throw new Error(`${path}: ${text}`);
      const cursor = body.page.nextCursor as string | null;
      if (cursor) await test.admin.get(`${path}&cursor=${cursor}`);
    }
    const third = { kind: 'position', at: new Date(positionAt(4).at) };
    const tracked = (await test.db.collection('tracking_events').findOne(third))!;
    const track = `/api/transport-orders/${String(tracked['order'])}/positions?limit=1`;
    const { nextCursor } = (await test.admin.get(track)).body.page;
    expect((await test.admin.get(`${track}&cursor=${nextCursor}`)).status).toBe(200);
    await test.app.get(Feeds, { strict: false }).sweep();
    for (const end of ['pickup', 'delivery'])
      await test.admin.post('/api/transport-orders/within', { end, area: box(5, 47, 16, 56) });
  }

  async function readList(query: Record<string, string>): Promise<void> {
    const search = (more: object) => new URLSearchParams({ ...query, limit: '5', ...more }).toString();
    const first = await own.api.get(`/api/shops/${own.shop}/products?${search({})}`);
    const { nextCursor } = first.body.page;
    const pages = [{ offset: '5' }, ...(nextCursor ? [{ cursor: nextCursor as string }] : [])];
    for (const page of pages) {
      const { status, text } = await own.api.get(`/api/shops/${own.shop}/products?${search(page)}`);
      if (status !== 200) throw new Error(`${search(page)}: ${text}`);
    }
  }

  async function driveJobs(): Promise<void> {
    const past = new Date(Date.now() - 3_600_000);
    await recorder.db.collection('subscriptions').updateMany({}, { $set: { usageChangedAt: past } });
    await recorder.db
      .collection('subscriptions')
      .updateOne({ shop: own.shop }, { $set: { status: 'trial', trialEndsAt: past, 'usage.products': 0 } });
    await test.app.get(AuditOutbox).sweep(0);
    await recorder.db.collection('orders').updateOne({ status: 'pending' }, { $set: { expiresAt: past } });
    expect(await runJob(test, expireOrders)).toEqual({ expired: 1, settled: 0 });
    const due = { $set: { expiresAt: past } };
    await recorder.db.collection('transport_offers').updateOne({ status: 'OPEN' }, due);
    expect(await runJob(test, expireOffers)).toEqual({ expired: 1 });
    expect(await runJob(test, completeGrid)).toEqual({ completed: 0 });
    await recorder.db.collection('sales_days').deleteMany({ shop: own.shop });
    expect((await runJob(test, aggregateAnalytics, { days: 2 })).repaired).toBeGreaterThan(0);
    expect(await runJob(test, removeExpiredEvents)).toEqual({ removed: 0 });
    expect(await runJob(test, removeExpiredLogins)).toMatchObject({ emailTokens: 0 });
    expect(await runJob(test, archiveSitemaps)).toEqual({ shops: 0, versions: 0 });
    expect(await runJob(test, endTrials)).toEqual({ ended: 1 });
    expect((await runJob(test, reconcileQuotas)).corrected).toContain(own.shop);
    expect((await runJob(test, purgeShops)).purged).not.toEqual([]);
    await test.app.get(JobReconciler).reconcile(0);
    for (const list of [
      '/api/jobs',
      '/api/jobs?state=completed',
      '/api/jobs?state=failed',
      '/api/admin/dead-letters',
    ]) {
      const path = `${list}${list.includes('?') ? '&' : '?'}limit=1`;
      const { nextCursor } = (await test.admin.get(path)).body.page;
      expect((await test.admin.get(`${path}&cursor=${nextCursor}`)).status).toBe(200);
    }
    expect((await own.api.get('/api/jobs?state=failed')).status).toBe(200);
  }

  it('drives every operation of openapi.json', () => {
    expect(Object.keys(drivers(test, own)).sort()).toEqual(
      operations()
        .map(({ id }) => id)
        .sort(),
    );
  });

  it('finds documents by an index', () => {
    expect(recorded.length).toBeGreaterThan(1_000);
    expect(shapes(recorded.filter(({ plan }) => plan.includes('COLLSCAN')))).toEqual([]);
  });

  it('sorts nothing in memory', () => {
    expect(shapes(recorded.filter(({ sorted }) => sorted))).toEqual([]);
  });

  it('would notice a scan and a sort in memory', async () => {
    const connection = test.app.get<Connection>(getConnectionToken());
    await connection.collection('shops').find({ name: 'nobody' }).sort({ email: 1 }).toArray();
    const seen = (await recorder.take()).find(({ collection }) => collection === 'shops'); // instances poll
    expect(seen).toMatchObject({ name: 'find shops', plan: 'COLLSCAN', sorted: true });
  });

  it('has no index that no query uses', async () => {
    const used = new Set(recorded.flatMap(indexesOf));
    const unused: string[] = [];
    for (const { name: collection } of await recorder.db.listCollections().toArray()) {
      if (collection.startsWith('system.')) continue;
      for (const { name, key } of await recorder.db.collection(collection).indexes()) {
        if (name !== '_id_' && !used.has(`${collection} ${patternOf(key)}`))
          unused.push(`${collection}.${name}`);
      }
    }
    expect(unused.filter((name) => !(name in WITHOUT_QUERY))).toEqual([]);
    // an exception whose index is used by now is none
    expect(Object.keys(WITHOUT_QUERY).filter((name) => !unused.includes(name))).toEqual([]);
  });
});

function combinations(): Record<string, string>[] {
  const names = Object.keys(FILTERS);
  const pick = (...chosen: string[]) => Object.fromEntries(chosen.map((name) => [name, FILTERS[name]!]));
  return [
    {},
    ...names.map((name) => pick(name)),
    ...names.flatMap((one, at) => names.slice(at + 1).map((other) => pick(one, other))),
    pick(...names),
  ];
}

/** The indexes a command used, as `collection { pattern }`. */
function indexesOf({ collection, plan }: RecordedCommand): string[] {
  return [...plan.matchAll(/\w+ (\{.*?\})/g)].map(([, pattern]) => `${collection} ${pattern ?? ''}`);
}

/** A key pattern as MongoDB's plan summary writes it. */
function patternOf(key: object): string {
  const fields = Object.entries(key).map(([field, direction]) => `${field}: ${JSON.stringify(direction)}`);
  return `{ ${fields.join(', ')} }`;
}

/** One line a shape, for the message of a failure. */
function shapes(commands: RecordedCommand[]): string[] {
  return [
    ...new Set(
      commands.map(
        ({ name, command, plan }) =>
          `${name} ${JSON.stringify(command['filter'] ?? command['q'] ?? command['query'] ?? command['pipeline'])} ${plan}`,
      ),
    ),
  ];
}
