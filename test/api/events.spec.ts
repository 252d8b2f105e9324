import { EventEmitter } from 'node:events';
import { jest } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { Types, type mongo } from 'mongoose';
import { AppError } from '../../src/kernel/errors.js';
import { EventRelay } from '../../src/platform/events/event-relay.js';
import { EventsRepository } from '../../src/platform/events/events.repository.js';
import { eventTypes, type DomainEvent } from '../../src/platform/events/event-type.js';
import { TenantData } from '../../src/platform/tenancy/tenant-data.js';
import { QueueRegistry } from '../../src/platform/queue/queue-registry.js';
import { startTestApp, type TestApp, type TestShop } from '../support/app.js';
import { importCsv } from '../support/csv-catalogue.js';
import { eventually } from '../support/eventually.js';
import { moveThroughEveryState } from '../support/logistics.js';
import { addVariant, orderCalls } from '../support/orders.js';
import { shipmentCalls } from '../support/shipments.js';
import { testHandler } from '../support/test-events.js';

const CSV = 'Handle,Title,Variant Price\nimported,Imported,12.50\n';

const had: DomainEvent[] = [];
/** Thrown for an event, as often as it says. */
let failing: (event: DomainEvent) => Error | undefined = () => undefined;

const recording = testHandler('recording', async (events) => {
  for (const event of events) {
    const error = failing(event);
    if (error) throw error;
  }
  had.push(...events);
  return Promise.resolve();
});

describe('events', () => {
  let test: TestApp;
  let other: TestApp;
  let own: TestShop;
  beforeAll(async () => {
    test = await startTestApp({}, [recording]);
    other = await startTestApp(test.env, [recording]);
    own = await test.newShop();
  });
  afterAll(async () => {
    await other.close();
    await test.close();
  });
  beforeEach(() => {
    had.length = 0;
    failing = () => undefined;
  });

  const products = () => `/api/shops/${own.shop}/products`;
  const create = async (title: string): Promise<string> =>
    (await own.api.post(products(), { title })).body.id;
  const of = (aggregate: string) => had.filter((event) => event.aggregate === aggregate);
  /** What the handler had of a thing, once it is so much. */
  const arrived = (aggregate: string, count: number) =>
    eventually(() => {
      expect(of(aggregate).length).toBeGreaterThanOrEqual(count);
      return of(aggregate);
    });
  const outboxIsEmpty = () =>
    eventually(async () => {
      expect(await test.db.collection('events').countDocuments({ pending: { $ne: [] } })).toBe(0);
    });

  it('of every type of the catalogue come when the thing happens, and are as their schema says', async () => {
    const { shop, api } = await test.newShop();
    const base = `/api/shops/${shop}`;
    const { body: product } = await api.post(`${base}/products`, { title: 'Lamp' });
    await api.patch(`${base}/products/${product.id}`, { title: 'Tall lamp' });
    await api.delete(`${base}/products/${product.id}`);
    await importCsv({ shop, api } as TestShop, CSV);
    await sellAndTakeBack({ shop, api } as TestShop);
    await api.patch(base, { name: 'Renamed' });
    await api.job((await api.post(`${base}/sitemaps`)).body.jobId);
    await moveThroughEveryState(test, shop, api);
    await loseATransport({ shop, api } as TestShop);
    await api.delete(base);
    const happened = await eventually(() => {
      const ofShop = had.filter((event) => event.shop === shop);
      expect(new Set(ofShop.map(({ type }) => type))).toEqual(new Set(eventTypes().map(({ name }) => name)));
      return ofShop;
    });
    const ajv = new Ajv2020({ strict: false });
    formats.default(ajv);
    for (const { name, version, schema, example } of eventTypes()) {
      const event = happened.find(({ type }) => type === name)!;
      expect(event.version).toBe(version);
      for (const data of [example, event.data])
        expect([name, ajv.validate(schema, JSON.parse(JSON.stringify(data))), ajv.errors]).toEqual([
          name,
          true,
          null,
        ]);
    }
    const ids = happened.map(({ id }) => new Types.ObjectId(id));
    await eventually(async () => {
      expect(await test.db.collection('audit_events').countDocuments({ _id: { $in: ids } })).toBe(ids.length);
    });
    await outboxIsEmpty();
  });

  it('of one product come in the order of its versions, each once, whichever instance changes it', async () => {
    const id = await create('Chair');
    await Promise.all(
      Array.from({ length: 40 }, (_, i) => {
        const api = i % 2 ? own.api : other.anonymous.as(own.apiKey);
        return api.patch(`${products()}/${id}`, { title: `Chair ${i}` });
      }),
    );
    await own.api.delete(`${products()}/${id}`);
    const events = await arrived(`product:${id}`, 42);
    await outboxIsEmpty();
    expect(events.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 42 }, (_, i) => i + 1));
  });

  it('that a handler fails on keep back no other thing, only what follows of their own', async () => {
    const poisoned = await create('Poisoned');
    await arrived(`product:${poisoned}`, 1);
    let tries = 0;
    failing = ({ aggregate, sequence }) =>
      aggregate === `product:${poisoned}` && sequence === 2 && ++tries < 4 ? new Error('cannot') : undefined;
    await own.api.patch(`${products()}/${poisoned}`, { title: 'Two' });
    await own.api.patch(`${products()}/${poisoned}`, { title: 'Three' });
    const healthy = await create('Healthy');
    await arrived(`product:${healthy}`, 1);
    await arrived(`product:${poisoned}`, 3);
    expect(of(`product:${poisoned}`).map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
    expect(tries).toBe(4);
    const jobs = test.db.collection('jobs');
    await eventually(async () => {
      expect(await jobs.countDocuments({ name: 'event.deliver', shop: own.shop, state: 'completed' })).toBe(
        2,
      );
    });
  });

  it('keep their order where the queue server loses those that failed', async () => {
    const id = await create('Lost');
    await arrived(`product:${id}`, 1);
    let broken = true;
    failing = ({ aggregate, sequence }) =>
      broken && aggregate === `product:${id}` && sequence === 2 ? new Error('cannot') : undefined;
    await own.api.patch(`${products()}/${id}`, { title: 'Two' });
    const detoured = { name: 'event.deliver', 'payload.event.aggregate': `product:${id}` };
    const jobs = test.db.collection('jobs');
    await eventually(async () => {
      expect(await jobs.findOne(detoured)).toMatchObject({ state: 'waiting', error: expect.anything() });
    });
    const registry = test.app.get(QueueRegistry);
    await registry.connection.del(...(await registry.connection.keys(registry.get('events').toKey('*'))));
    broken = false;
    await own.api.patch(`${products()}/${id}`, { title: 'Three' });
    const events = await arrived(`product:${id}`, 3);
    expect(events.map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
    await eventually(async () => {
      expect(await jobs.countDocuments({ ...detoured, state: 'completed' })).toBe(2);
    });
  });

  it('wait while what the handler needs is away; that is no failure of theirs', async () => {
    let away = 2;
    failing = () => (away-- > 0 ? new AppError('queue_unavailable', 'not now') : undefined);
    const id = await create('Patient');
    await arrived(`product:${id}`, 1);
    const detoured = { name: 'event.deliver', 'payload.event.aggregate': `product:${id}` };
    expect(await test.db.collection('jobs').countDocuments(detoured)).toBe(0);
  });

  it('left in a document by a process that died come all the same', async () => {
    const id = await create('Left');
    const [event] = await arrived(`product:${id}`, 1);
    await outboxIsEmpty();
    const { id: _id, ...rest } = event!;
    const left = { ...rest, _id: new Types.ObjectId(), sequence: 2, pending: ['recording'] };
    const audit = { _id: left._id, at: new Date(0), action: 'updated', resource: 'product', resourceId: id };
    await test.db
      .collection('products')
      .updateOne({ _id: new Types.ObjectId(id) }, { $set: { pendingAudit: [{ ...audit, event: left }] } });
    await own.api.patch(`${products()}/${id}`, { title: 'Moved on' }); // whoever moves its own takes the older along
    const events = await arrived(`product:${id}`, 3);
    expect(events.map((one) => one.id)[1]).toBe(String(left._id));
  });

  it('come by polling where the change stream has broken off', async () => {
    for (const { app } of [test, other]) {
      const deaf = Object.assign(new EventEmitter(), { close: () => Promise.resolve() });
      jest.spyOn(app.get(EventsRepository), 'watch').mockReturnValue(deaf as unknown as mongo.ChangeStream);
      const { stream } = app.get<{ stream: mongo.ChangeStream }>(EventRelay);
      const closed = new Promise((resolve) => stream.once('close', resolve));
      stream.emit('error', new Error('broken off'));
      await closed;
    }
    try {
      await arrived(`product:${await create('Polled for')}`, 1);
    } finally {
      jest.restoreAllMocks();
    }
  });

  it('go with their shop', async () => {
    const { shop } = await test.newShop();
    await test.db.collection('events').insertOne({
      ...{ type: 'product.created', version: 1, aggregate: 'product:x', sequence: 1, shop, at: new Date() },
      ...{ data: {}, pending: ['a handler that is gone'] },
    });
    await test.app.get(TenantData).purge(shop);
    expect(await test.db.collection('events').countDocuments({ shop })).toBe(0);
  });
});

/** An order that comes to its end, and one that is called off. */
async function sellAndTakeBack(own: TestShop): Promise<void> {
  const { made, paid, act, done } = orderCalls(own);
  const body = { lines: [{ variantId: await addVariant(own), quantity: 2 }] };
  const { id, lines } = await paid(body);
  for (const step of ['fulfil', 'ship', 'deliver']) await done(act(id, step));
  await done(act(id, 'refunds', { amount: 100 }));
  await done(act(id, 'returns', { lines: [{ lineId: lines[0].id, quantity: 2 }] }));
  await done(act((await made(body)).id, 'cancel'));
}

/** A shipment whose transport is called off: a task for somebody. */
async function loseATransport(own: TestShop): Promise<void> {
  const { sold, requested, transport: there, tasks } = shipmentCalls(own);
  const { id } = await requested((await sold()).id);
  await there(id);
  await own.api.post(`/api/transport-orders/${id}/status`, { status: 'CANCELLED' });
  await eventually(async () => {
    expect(await tasks()).toHaveLength(1);
  });
}
