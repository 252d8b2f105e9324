import { box, gridBody, profile } from '../support/logistics.js';
import { eventually } from '../support/eventually.js';
import { faultStack, type FaultStack } from '../support/fault-stack.js';
import { ApiClient, type Answer } from '../support/client.js';
import { addVariant, orderCalls } from '../support/orders.js';
import { cli, Service } from '../support/process.js';
import { report, travel } from '../support/shipments.js';

const ORDERS = 12;
const FAILING = 2;
const PLACED = 60;
const LONG_MS = 120_000;

/** Orders and the transports that fulfil them find each other, whoever dies between them. */
describe('shipments', () => {
  let faults: FaultStack;
  let api: Service;
  let worker: Service;
  const start = (role: string) => Service.start({ ...faults.env, ROLE: role, JOB_LOCK_MS: '1000' });

  beforeAll(async () => {
    faults = await faultStack();
    // what a killed process had open holds its documents for a minute otherwise
    await faults.db.admin().command({ setParameter: 1, transactionLifetimeLimitSeconds: 5 });
    [api, worker] = await Promise.all([start('api'), start('worker')]);
  }, LONG_MS);
  afterAll(async () => {
    await Promise.all([api.kill('SIGKILL'), worker.kill('SIGKILL')]);
    await faults.stop();
  });

  const done = ({ status, body, text }: Answer) => {
    if (status >= 300) throw new Error(`${status} ${text}`);
    return body;
  };
  /** A client of whichever process serves now. */
  async function operator(): Promise<ApiClient> {
    const email = 'admin@example.com';
    const password = 'correct horse battery';
    await cli(['admin:create', email, '--password', password], faults.env);
    const { accessToken } = done(await api.api.post('/api/auth/login', { email, password }));
    return api.api.as(accessToken);
  }
  async function newCarrier(admin: ApiClient): Promise<string> {
    const { id } = done(await admin.post('/api/organisations', { kind: 'carrier', name: 'Polar' }));
    const path = `/api/carriers/${id}`;
    done(await admin.post('/api/carriers', profile(id)));
    const areas = [{ zone: 'DE', area: box(5, 47, 16, 56) }];
    done(await admin.call('PUT', `${path}/service-areas`, { json: { areas } }));
    done(await admin.post(`${path}/pricing-grids`, gridBody('10')));
    return id;
  }

  it(
    'are of orders that were placed once, numbered without a gap, though the API was killed meanwhile',
    async () => {
      const { shop, apiKey, at } = await faults.shop('placing');
      const own = { shop: shop as never, apiKey, api: at(api) };
      const variantId = await addVariant(own, { quantity: 100 });
      const { base } = orderCalls(own);
      const json = { lines: [{ variantId, quantity: 1 }] };
      const place = (n: number) =>
        at(api).post(base, json, { headers: { 'idempotency-key': `placing-${n}` } });
      const orders = faults.db.collection('orders');
      const placing = Promise.allSettled(Array.from({ length: PLACED }, (_, n) => place(n)));
      await eventually(
        async () => expect(await orders.countDocuments({ shop })).toBeGreaterThan(PLACED / 12),
        LONG_MS,
      );
      await api.kill('SIGKILL');
      await placing;
      api = await start('api');
      for (let n = 0; n < PLACED; n++)
        await eventually(async () => {
          const { status, text } = await place(n);
          if (status !== 201) throw new Error(`${status} ${text}`);
        }, LONG_MS);
      const numbers = (await orders.find({ shop }).sort({ number: 1 }).toArray()).map(({ number }) => number);
      expect(numbers).toEqual(Array.from({ length: PLACED }, (_, n) => n + 1));
      expect(await orderCalls({ ...own, api: at(api) }).level(variantId)).toMatchObject({
        ...{ available: 100 - PLACED, held: PLACED, committed: 0, onHand: 100 },
      });
    },
    3 * LONG_MS,
  );

  it(
    'lose and double nothing while API and workers are killed on both sides',
    async () => {
      const { shop, apiKey, at } = await faults.shop('shipping');
      const own = { shop: shop as never, apiKey, api: at(api) };
      const variantId = await addVariant(own, { quantity: 100, grams: 500 });
      const { paid, base } = orderCalls(own);
      const orders: string[] = [];
      for (let n = 0; n < ORDERS; n++) orders.push((await paid({ lines: [{ variantId, quantity: 1 }] })).id);
      const ask = (order: string) =>
        at(api).post(
          `${base}/${order}/shipments`,
          { transport: travel() },
          { headers: { 'idempotency-key': order } },
        );
      const shipments = faults.db.collection('shipments');
      const transports = faults.db.collection('transport_orders');

      const asked = Promise.allSettled(orders.map(ask));
      await eventually(
        async () => expect(await shipments.countDocuments()).toBeGreaterThan(ORDERS / 4),
        LONG_MS,
      );
      await Promise.all([api.kill('SIGKILL'), worker.kill('SIGKILL')]);
      await asked;
      [api, worker] = await Promise.all([start('api'), start('worker')]);
      // a caller that had no answer asks again, with its key
      for (const order of orders)
        await eventually(async () => {
          const { status, text } = await ask(order);
          if (status !== 201) throw new Error(`${status} ${text}`);
        }, LONG_MS);
      expect(await shipments.countDocuments()).toBe(ORDERS);
      await eventually(async () => expect(await transports.countDocuments()).toBe(ORDERS), LONG_MS);

      const admin = await operator();
      const carrierId = await newCarrier(admin);
      const ids = (await shipments.find().toArray()).map(({ _id }) => String(_id));
      for (const [n, id] of ids.entries()) {
        done(await admin.post(`/api/transport-orders/${id}/assign`, { carrierId }));
        await report(admin, id, 'PICKED_UP', n < FAILING ? 'FAILED' : 'DELIVERED');
        if (n === ORDERS / 2) {
          await worker.kill('SIGKILL');
          worker = await start('worker');
        }
      }
      const count = (status: string) => faults.db.collection('orders').countDocuments({ status });
      await eventually(async () => {
        expect(await count('delivered')).toBe(ORDERS - FAILING);
        expect(await faults.db.collection('tasks').countDocuments({ state: 'open' })).toBe(FAILING);
      }, LONG_MS);
      expect(await count('shipped')).toBe(FAILING);
      expect(await faults.db.collection('tasks').countDocuments()).toBe(FAILING);
      expect(await orderCalls({ ...own, api: at(api) }).level(variantId)).toMatchObject({
        ...{ available: 100 - ORDERS, committed: 0, onHand: 100 - ORDERS },
      });
    },
    3 * LONG_MS,
  );
});
