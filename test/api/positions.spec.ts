import { Types } from 'mongoose';
import type { Config } from '../../src/config/config.js';
import { CONFIG } from '../../src/config/config.module.js';
import { TenantData } from '../../src/platform/tenancy/tenant-data.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { newCarrier, transport, type Party } from '../support/logistics.js';
import { movingOrder, positionAt, type Moving } from '../support/tracking.js';

describe('positions of transport orders', () => {
  let test: TestApp;
  let own: Moving;
  let client: Party;
  let carrier: Party;
  beforeAll(async () => {
    test = await startTestApp();
    own = await movingOrder(test);
    ({ client, carrier } = own);
  });
  afterAll(() => test.close());

  const report = (order: Moving, ...positions: object[]) =>
    order.carrier.api.post(`${order.path}/positions`, { positions });
  const track = async (order: Moving, query = '') =>
    (await order.client.api.get(`${order.path}/positions${query}`)).body;

  it('are told by the carrier and give the rest of the way and the time of arrival', async () => {
    const order = await movingOrder(test, { client, carrier });
    const { status, body } = await report(order, positionAt(1), positionAt(2), positionAt(3));
    expect(status).toBe(200);
    expect(body).toMatchObject({ status: expect.stringMatching(/./), position: positionAt(3) });
    expect(body.remainingMetres).toBeGreaterThan(253_000);
    expect(body.remainingMetres).toBeLessThan(256_000);
    // 28 m/s over the rest
    const hours = (Date.parse(body.eta) - Date.parse(positionAt(3).at)) / 3_600_000;
    expect(hours).toBeGreaterThan(2);
    expect(hours).toBeLessThan(3);
  });

  it('make a track of one every 15 s, latest first, page by page', async () => {
    const order = await movingOrder(test, { client, carrier });
    await report(order, ...Array.from({ length: 9 }, (_, n) => positionAt(n)));
    const whole = await track(order);
    expect(whole.data.map(({ at }: { at: string }) => at)).toEqual(
      [8, 6, 4, 2, 0].map((n) => positionAt(n).at),
    );
    const first = await track(order, '?limit=3');
    expect(first).toMatchObject({ data: whole.data.slice(0, 3), page: { hasMore: true } });
    const second = await track(order, `?limit=3&cursor=${first.page.nextCursor}`);
    expect(second).toEqual({ data: whole.data.slice(3), page: { hasMore: false, nextCursor: null } });
  });

  it('are kept as long as the track, or only as long as a socket may resume', async () => {
    const order = await movingOrder(test, { client, carrier });
    const before = Date.now();
    await report(order, positionAt(0), positionAt(1), positionAt(2));
    const after = Date.now();
    const events = test.db.collection('tracking_events');
    const stored = await events
      .find({ order: new Types.ObjectId(order.id), kind: 'position' })
      .sort({ n: 1 })
      .toArray();
    const { retentionDays, resumeMs } = test.app.get<Config>(CONFIG).tracking;
    for (const [n, keptFor] of [retentionDays * 86_400_000, resumeMs, retentionDays * 86_400_000].entries()) {
      const storedAt = (stored[n]!['expiresAt'] as Date).getTime() - keptFor;
      expect([storedAt >= before, storedAt <= after]).toEqual([true, true]);
    }
    const ttl = (await events.indexes()).find(({ name }) => name === 'expiresAt');
    expect(ttl).toMatchObject({ key: { expiresAt: 1 }, expireAfterSeconds: 0 });
  });

  it('stand on the order for lists', async () => {
    const order = await movingOrder(test, { client, carrier });
    await report(order, positionAt(5));
    await eventually(async () => {
      const { body } = await order.client.api.get('/api/transport-orders');
      const { at, coordinates } = positionAt(5);
      expect(body.data[0].lastPosition).toEqual({ at, point: { type: 'Point', coordinates }, eta: null });
    });
    const { headers, body } = await order.client.api.get(order.path);
    expect(headers.get('etag')).toBe(`"${body.version}"`);
    expect(body.version).toBe(4); // made, assigned, two steps: a position is no change
  });

  it("are the carrier's to tell, and only of what it moves", async () => {
    const stranger = await newCarrier(test);
    const path = `${own.path}/positions`;
    const body = { positions: [positionAt(1)] };
    expect(await stranger.api.post(path, body)).toMatchObject({
      status: 404,
      body: { code: 'transport_order_not_found' },
    });
    expect((await stranger.api.get(path)).status).toBe(404);
    expect(await own.client.api.post(path, body)).toMatchObject({
      status: 403,
      body: { code: 'organisation_forbidden' },
    });
    const assigned = await movingOrder(test, { client, carrier, status: 'ASSIGNED' });
    const delivered = await movingOrder(test, { client, carrier, status: 'DELIVERED' });
    for (const order of [assigned, delivered])
      expect(await report(order, positionAt(1))).toMatchObject({
        status: 409,
        body: { code: 'invalid_transition' },
      });
    expect((await track(own)).data).toEqual([]);
  });

  it('are not taken any more once it is delivered, or another carrier has it', async () => {
    const order = await movingOrder(test, { client, carrier });
    expect((await report(order, positionAt(1))).status).toBe(200);
    await order.carrier.api.post(`${order.path}/status`, { status: 'FAILED' });
    await order.client.api.post(`${order.path}/status`, { status: 'PENDING' });
    const next = await newCarrier(test);
    await order.client.api.post(`${order.path}/assign`, { carrierId: next.id, rule: 'cheapest' });
    // what this instance remembers of the order ends with the news of its steps
    let n = 1;
    await eventually(async () => {
      expect((await report(order, positionAt(++n))).status).toBe(404);
    });
    expect((await order.client.api.get(order.path)).body.lastPosition).toBeNull();
  });

  it.each([
    ['a latitude beyond the pole', { coordinates: [13.4, 91] }, 'coordinates'],
    ['a longitude beyond the date line', { coordinates: [181, 52] }, 'coordinates'],
    ['three numbers', { coordinates: [13, 52, 30] }, 'coordinates'],
    ['a time in the future', { at: new Date(Date.now() + 120_000).toISOString() }, 'at'],
    ['no time', { at: undefined }, 'at'],
    ['a negative speed', { speed: -1 }, 'speed'],
  ])('with %s are refused', async (_, wrong, field) => {
    const { status, body } = await report(own, { ...positionAt(1), ...wrong });
    expect([status, body.code]).toEqual([400, 'validation_failed']);
    expect(JSON.stringify(body.errors)).toContain(field);
    expect((await track(own)).data).toEqual([]);
  });

  it('with longitude and latitude swapped are refused with that hint', async () => {
    const { at, coordinates } = positionAt(1);
    const { status, body } = await report(own, { at, coordinates: coordinates.toReversed() });
    expect(status).toBe(400);
    expect(body.errors[0]).toMatchObject({ field: 'coordinates', message: expect.stringMatching(/swapped/) });
  });

  it('not after the last one are refused; the last one again is what it was', async () => {
    const order = await movingOrder(test, { client, carrier });
    const { body } = await report(order, positionAt(5));
    expect(await report(order, positionAt(4))).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'at' }] },
    });
    expect(await report(order, positionAt(5))).toMatchObject({
      status: 200,
      body: { position: body.position },
    });
    expect((await track(order)).data).toHaveLength(1);
  });

  it('are at most 120 a minute of an order', async () => {
    const order = await movingOrder(test, { client, carrier });
    const batch = (from: number) =>
      report(order, ...Array.from({ length: 60 }, (_, n) => positionAt(from + n)));
    expect([(await batch(0)).status, (await batch(60)).status]).toEqual([200, 200]);
    const { status, body, headers } = await batch(120);
    expect([status, body.code]).toEqual([429, 'rate_limited']);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it('go with their shop', async () => {
    const { shop, api } = await test.newShop();
    await api.post('/api/transport-orders', transport(shop));
    const events = () => test.db.collection('tracking_events').countDocuments({ clientId: shop });
    await eventually(async () => {
      expect(await events()).toBe(1);
    });
    await test.app.get(TenantData).purge(shop);
    expect(await events()).toBe(0);
  });
});
