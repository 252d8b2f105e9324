import { Types } from 'mongoose';
import { startTestApp, type TestApp, type TestShop } from '../support/app.js';
import { addProducts } from '../support/catalogue.js';
import { addVariant, orderCalls } from '../support/orders.js';
import { newCarrier, transport } from '../support/logistics.js';
import { operations } from '../support/openapi.js';
import { CommandRecorder, type RecordedCommand } from '../support/recorder.js';
import { drivers } from './drive.js';

/**
 * Database commands of a request once its caller and tenant are known (the guard remembers both for five seconds).
 * An operation that is not listed has no page whose size could matter and is not counted.
 */
const EXPECTED: Record<string, string[]> = {
  login: ['find users', 'insert audit_events', 'insert sessions', 'insert refresh_tokens'],
  getJwks: [],
  listShops: ['find shops', 'count shops'],
  getShop: ['find shops'],
  updateShop: ['find shops', 'findAndModify shops', 'insert audit_events', 'update events'],
  listPlans: ['find plans'],
  getPlan: ['find plans'],
  getSubscription: ['find subscriptions', 'find subscriptions', 'find plans'],
  listSessions: ['find sessions', 'aggregate sessions'],
  listOrganisations: [
    'find organisations',
    'aggregate organisations',
    'find organisations',
    'count organisations',
  ],
  listShopMembers: ['find memberships', 'aggregate memberships'],
  listOrganisationMembers: ['find memberships', 'aggregate memberships'],
  listShopInvitations: ['find invitations', 'aggregate invitations'],
  listOrganisationInvitations: ['find invitations', 'aggregate invitations'],
  listApiKeys: ['find api_keys', 'aggregate api_keys'],
  createApiKey: ['insert api_keys', 'insert audit_events'],
  listAuditEvents: ['find audit_events'],
  listAllAuditEvents: ['find audit_events'],
  listThrottlingOverrides: ['find throttling_overrides', 'aggregate throttling_overrides'],
  listTasks: ['find tasks', 'find tasks'],
  listCustomers: ['find customers'],
  listInventoryLevels: ['find inventory_levels'],
  listDevices: ['find devices'],
  listOrders: ['find orders', 'find customers', 'find devices', 'find products'],
  getOrderAnalytics: ['find shops', 'find sales_days'],
  getProductAnalytics: ['find shops', 'aggregate product_sales_days', 'find products'],
  listWebhookEndpoints: ['find webhook_endpoints', 'aggregate webhook_endpoints'],
  listWebhookDeliveries: ['find webhook_deliveries'],
  listWebhookEventTypes: [],
  listMailSuppressions: ['find mail_suppressions'],
  listNotifications: ['find notifications'],
  listOrderNotifications: ['find notifications'],
  listTransportOrderNotifications: ['find transport_orders', 'find notifications'],
  listProducts: ['find products'],
  listFeaturedProducts: ['find featured_products', 'find products'],
  exportProducts: ['find shops', 'find products', 'find products'],
  listSitemaps: ['find sitemaps', 'aggregate sitemaps'],
  getJob: ['find jobs'],
  listJobs: ['find jobs'],
  listDeadLetters: ['find jobs'],
  listScheduleRuns: ['find jobs'],
  listCarriers: ['find carriers', 'aggregate carriers', 'find carriers', 'aggregate carriers'],
  listTransportOrders: ['find transport_orders'],
  listTransportOffers: ['find transport_offers'],
  listDocuments: ['find documents', 'find documents'],
  listTransportOrdersNear: ['find transport_orders', 'find transport_orders'],
  findTransportOrdersWithin: ['find transport_orders'],
  listPositions: ['find transport_orders', 'find tracking_events'],
  listPricingGrids: ['find carriers', 'find pricing_grids', 'aggregate pricing_grids'],
};
const SIZES = [5, 40, 250];

/** Not of the request: what the guard looks up once and remembers, what every instance reads or notes by the clock. */
function isBeside({ name, command }: RecordedCommand, id: string): boolean {
  if (/ throttling_/.test(name)) return !/ThrottlingOverride/.test(id);
  if ('lastPosition' in (command['u']?.$set ?? {})) return true;
  const ofGuard = 'hash' in (command['filter'] ?? {}) || 'lastUsedAt' in (command['u']?.$set ?? {});
  return /api_keys$/.test(name) && ofGuard;
}

describe('commands of a request', () => {
  let test: TestApp;
  let own: TestShop;
  let recorder: CommandRecorder;

  beforeAll(async () => {
    test = await startTestApp({ ROLE: 'api' }); // without workers nothing but the requests asks the database
    own = await test.newShop();
    const [product] = await addProducts(
      own,
      Array.from({ length: 300 }, (_, i) => ({ title: `Product ${i}` })),
    );
    const json = { productIds: [product.id] };
    await own.api.call('PUT', `/api/shops/${own.shop}/products/featured/selection`, { json });
    await copies('shops', { shop: own.shop }, (shop, i) => ({ ...shop, shop: `copy-${i}.myshopify.com` }));
    await copies('api_keys', { shop: own.shop }, (key, i) => ({ ...key, hash: `copy-${i}` }));
    await copyOrders();
    await copyTransports();
    recorder = await CommandRecorder.start(test.db.databaseName);
  });
  afterAll(async () => {
    await recorder.stop();
    await test.close();
  });

  /** More documents than the largest page and than the server's first batch by default (101). */
  async function copies(
    collection: string,
    filter: object,
    change: (document: Record<string, unknown>, i: number) => object,
  ): Promise<void> {
    const { _id, ...document } = (await test.db.collection(collection).findOne(filter))!;
    await test.db
      .collection(collection)
      .insertMany(Array.from({ length: 260 }, (_, i) => change(document, i)));
  }

  /** Orders with customers, variants and devices; and many of those. */
  async function copyOrders(): Promise<void> {
    const { made, done } = orderCalls(own);
    const base = `/api/shops/${own.shop}`;
    const variantId = await addVariant(own);
    const customer = await done(own.api.post(`${base}/customers`, { email: 'copied@example.com' }));
    const device = await done(own.api.post(`${base}/devices`, { variantId, serial: 'copied' }));
    const order = await made({ customerId: customer.id, lines: [{ variantId, quantity: 1 }] });
    await done(
      own.api.post(`${base}/orders/${order.id}/lines/${order.lines[0].id}/devices`, {
        deviceIds: [device.id],
      }),
    );
    await copies('orders', { shop: own.shop }, (copied, i) => ({ ...copied, number: 10_000 + i }));
    await copies('customers', { shop: own.shop }, (copied, i) => ({ ...copied, emailKey: `copy-${i}` }));
    await copies('devices', { shop: own.shop }, (copied, i) => ({ ...copied, serial: `copy-${i}` }));
    await copies('inventory_levels', { shop: own.shop }, (copied) => ({
      ...copied,
      locationId: new Types.ObjectId(),
    }));
  }

  async function copyTransports(): Promise<void> {
    const { status, body } = await own.api.post('/api/transport-orders', transport(own.shop));
    expect(status).toBe(201);
    const { id } = await newCarrier(test);
    const asked = await own.api.post(`/api/transport-orders/${body.id}/offers`, { carrierIds: [id] });
    expect(asked.status).toBe(201);
    const now = new Date();
    const task = { kind: 'transport_failed', shipmentId: '', orderId: '', note: '', openedAt: now };
    await test.db
      .collection('tasks')
      .insertMany(Array.from({ length: 260 }, () => ({ shop: own.shop, state: 'open', ...task })));
    await copies('transport_offers', { clientId: own.shop }, (copied, i) => ({
      ...copied,
      orderId: `copy-${i}`,
    }));
    await copies('transport_orders', { clientId: own.shop }, (copied, i) => ({
      ...copied,
      reference: `copy-${i}`,
    }));
  }

  /** Voids what the cache holds, so that a call is measured as a miss. */
  async function forget(tags: string[]): Promise<void> {
    for (const tag of tags) {
      const { status } = await test.admin.delete(`/api/admin/cache?tag=${encodeURIComponent(tag)}`);
      expect(status).toBe(204);
    }
  }

  /**
   * What a call makes the application ask: the least of two calls, should the guard have forgotten in between. The
   * plan is voided last: a look at the shop reads it again for its limit whenever that is five seconds old.
   */
  async function commandsOf(id: string, limit: number): Promise<string[]> {
    const driver = drivers(test, own)[id]!;
    const carriers = await test.db.collection('carriers').distinct('_id');
    const grids = carriers.map((carrier) => `pricing-grids:${String(carrier)}`);
    const rounds: string[][] = [];
    for (const size of [limit, limit - 1]) {
      await driver(size - 1); // lets the guard get to know whoever and whatever is asked about
      await forget([`products:${own.shop}`, 'carriers', ...grids]);
      await own.api.get(`/api/shops/${own.shop}`);
      await test.admin.get('/api/shops?limit=1');
      await forget([`subscription:${own.shop}`, 'plans']);
      await recorder.take();
      const { status, text, headers } = await driver(size);
      if (status >= 400) throw new Error(`${id}: ${status} ${text}`);
      if (/hit|stale/.test(headers.get('x-cache') ?? '')) continue; // it asked nothing, whatever the page
      rounds.push(
        (await recorder.take()).filter((command) => !isBeside(command, id)).map(({ name }) => name),
      );
    }
    return rounds.sort((a, b) => a.length - b.length)[0]!;
  }

  it.each(Object.entries(EXPECTED))('%s', async (id, expected) => {
    // in any order: the guard of limits and the handler may ask at the same time
    expect((await commandsOf(id, SIZES[0]!)).toSorted()).toEqual(expected.toSorted());
  });

  const lists = operations().filter(({ parameters }) => parameters.some(({ name }) => name === 'limit'));

  it.each(lists.map(({ id }) => [id]))('%s asks as often for a page of any size', async (id) => {
    const [small, ...larger] = SIZES;
    const expected = (await commandsOf(id, small!)).toSorted();
    for (const size of larger) expect((await commandsOf(id, size)).toSorted()).toEqual(expected);
  });

  it('counts every list', () => {
    expect(lists.map(({ id }) => id).filter((id) => !(id in EXPECTED))).toEqual([]);
  });

  it('reads a page in one batch, whatever its filter and sort', async () => {
    await own.api.get(`/api/shops/${own.shop}`);
    await recorder.take();
    const { body } = await own.api.get(
      `/api/shops/${own.shop}/products?limit=250&q=product&sort=-price&fields=id,variants,images`,
    );
    expect(body.data).toHaveLength(250);
    expect((await recorder.take()).filter(({ name }) => /products$/.test(name))).toHaveLength(1);
  });
});
