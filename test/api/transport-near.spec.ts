import migration from '../../migrations/20261122031500-transport-grid.js';
import { distanceMetres, type Position } from '../../src/kernel/geo.js';
import { completeGrid } from '../../src/modules/transport-orders/near/grid-completion.job.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { newClient, point, transport, type Party } from '../support/logistics.js';
import { expectProblem } from '../support/problem.js';
import { offTheClock, runJob } from '../support/run-job.js';
import { transportsCsv } from '../support/transports-csv.js';

const PATH = '/api/transport-orders';
const WAREHOUSE: Position = [13.405, 52.52];
const AT_WAREHOUSE = 400;

type End = 'pickup' | 'delivery';
interface Stored {
  id: string;
  pickup: Position;
  delivery: Position;
}

describe('transport orders around a place', () => {
  let test: TestApp;
  let client: Party;
  let stored: Stored[];
  beforeAll(async () => {
    test = await startTestApp();
    await offTheClock(test, completeGrid);
    client = await newClient(test);
    const { body } = await client.api.upload(`${PATH}/import`, transportsCsv(places().map(row)));
    const { result } = await client.api.job(body.jobId);
    expect(result).toMatchObject({ created: places().length, failed: 0 });
    stored = await readStored();
  });
  afterAll(() => test.close());

  async function readStored(): Promise<Stored[]> {
    const orders = await test.db.collection('transport_orders').find({ clientId: client.id }).toArray();
    return orders.map(({ _id, pickup, delivery }) => ({
      id: String(_id),
      pickup: pickup.point.coordinates,
      delivery: delivery.point.coordinates,
    }));
  }

  /** All orders in the radius by measuring each. */
  function measured(end: End, place: Position, metres: number): string[] {
    return stored
      .map((order) => ({ id: order.id, metres: distanceMetres(place, order[end]) }))
      .filter((order) => order.metres <= metres)
      .sort((one, other) => one.metres - other.metres || (one.id < other.id ? -1 : 1))
      .map(({ id }) => id);
  }

  async function pagesOf(end: End, place: Position, metres: number, limit: number): Promise<string[][]> {
    const pages: string[][] = [];
    const query = `end=${end}&place=${place.join(',')}&metres=${metres}&limit=${limit}`;
    for (let cursor = ''; ;) {
      const { status, body, text } = await client.api.get(`${PATH}/near?${query}${cursor}`);
      if (status !== 200) throw new Error(text);
      pages.push(body.data.map(({ id }: Stored) => id));
      expect(body.page.hasMore).toBe(body.page.nextCursor !== null);
      if (!body.page.hasMore) return pages;
      cursor = `&cursor=${body.page.nextCursor}`;
    }
  }

  it.each<[string, End, Position, number, number]>([
    ['where most of them lie', 'pickup', WAREHOUSE, 1_000_000, 250],
    ['where most of them lie, in a small radius', 'pickup', WAREHOUSE, 1, 150],
    ['beside where most of them lie', 'pickup', [13.4051, 52.5201], 50_000, 250],
    ['outside the town', 'pickup', [11.9, 51.3], 300_000, 250],
    ['in the other end of the town', 'delivery', [13.38, 52.5], 5_000, 100],
    ['at the north pole', 'pickup', [77, 90], 1_000_000, 25],
    ['at the south pole', 'delivery', [-12, -89.99], 1_000_000, 25],
    ['east of the 180th meridian', 'pickup', [-179.97, 10], 1_000_000, 25],
    ['west of the 180th meridian', 'delivery', [179.999, -16.5], 1_000_000, 25],
    ['on the 180th meridian', 'pickup', [180, 10], 1_000_000, 25],
    ['in the middle of nowhere', 'pickup', [-130, -45], 1_000_000, 50],
  ])('%s are told nearest first, page by page', async (_, end, place, metres, limit) => {
    const pages = await pagesOf(end, place, metres, limit);
    expect(pages.flat()).toEqual(measured(end, place, metres));
    expect(pages.slice(0, -1).every((page) => page.length === limit)).toBe(true);
  });

  it('anywhere are told nearest first', async () => {
    for (let n = 0; n < 60; n++) {
      const place: Position = [micro(360 * shared(n, 5) - 180), micro(180 * shared(n, 6) - 90)];
      const [end, metres] = [n % 2 ? 'pickup' : ('delivery' as End), 10 ** (4 + (n % 3))];
      const [page] = await pagesOf(end, place, metres, 250);
      expect({ place, metres, page }).toEqual({
        ...{ place, metres },
        page: measured(end, place, metres).slice(0, 250),
      });
    }
  });

  it('are found at once where they were moved to, and only by who may see them', async () => {
    const other = await newClient(test);
    const { body } = await other.api.post(PATH, transport(other.id));
    const near = async (party: Party, place: string) =>
      (await party.api.get(`${PATH}/near?place=${place}&metres=100`)).body.data.map(({ id }: Stored) => id);
    expect(await near(other, WAREHOUSE.join(','))).toEqual([body.id]);
    const pickup = { ...(transport(other.id)['pickup'] as object), point: point(12.1, 54.09) };
    expect((await other.api.patch(`${PATH}/${body.id}`, { pickup })).status).toBe(200);
    expect(await near(other, WAREHOUSE.join(','))).toEqual([]);
    expect(await near(other, '12.1,54.09')).toEqual([body.id]);
    expect(await near(client, '12.1,54.09')).toEqual([]);
    const all = await test.admin.get(`${PATH}/near?place=12.1,54.09&metres=100`);
    expect(all.body.data.map(({ id }: Stored) => id)).toEqual([body.id]);
    expect(all.body.data[0]).not.toHaveProperty('grid');
  });

  it('by a cursor of another list are refused', async () => {
    const { body } = await client.api.get(`${PATH}?limit=1`);
    const refused = await client.api.get(`${PATH}/near?place=13,52&cursor=${body.page.nextCursor}`);
    expectProblem(refused, 400, 'invalid_cursor');
  });

  it('are found, too, when older code wrote them without their cells', async () => {
    const { status, body, text } = await client.api.post(PATH, transport(client.id));
    if (status !== 201) throw new Error(text);
    const orders = test.db.collection('transport_orders');
    const reference = { clientId: client.id, reference: body.reference };
    const before = await orders.findOne(reference);
    await orders.updateOne(reference, { $unset: { grid: 1 } });
    expect(await runJob(test, completeGrid)).toEqual({ completed: 1 });
    expect(await orders.findOne(reference)).toEqual(before);
    expect(await runJob(test, completeGrid)).toEqual({ completed: 0 });
  });

  it('are given their cells by the migration when they were there before it', async () => {
    const orders = test.db.collection('transport_orders');
    const grids = () =>
      orders
        .find({}, { projection: { grid: 1 } })
        .sort({ _id: 1 })
        .toArray();
    const before = await grids();
    await migration.down(test.db);
    expect(await orders.countDocuments({ grid: { $exists: true } })).toBe(0);
    await migration.up(test.db);
    expect(await grids()).toEqual(before);
  });
});

/** As even as chance, and the same in every run: multiples of irrational numbers. */
function shared(n: number, of: number): number {
  return (n * Math.sqrt([2, 3, 5, 7, 11, 13, 17][of] ?? 2)) % 1;
}

const micro = (degrees: number): number => Math.round(degrees * 1e6) / 1e6;

/** Many at one place, in one yard, in one town; some around the poles, along the 180th meridian, anywhere. */
function places(): { pickup: Position; delivery: Position }[] {
  const around = (n: number, [longitude, latitude]: Position, degrees: number, from: number): Position => [
    micro(longitude + (shared(n, from) - 0.5) * 2 * degrees),
    micro(latitude + (shared(n, from + 1) - 0.5) * 2 * degrees),
  ];
  const many = (count: number, end: (n: number, from: number) => Position) =>
    Array.from({ length: count }, (_, n) => ({ pickup: end(n + 1, 0), delivery: end(n + 1, 2) }));
  const side = (n: number) => (n % 2 ? 1 : -1);
  return [
    ...many(AT_WAREHOUSE, (n, from) => (from === 0 ? WAREHOUSE : around(n, WAREHOUSE, 0.05, from))),
    ...many(320, (n, from) => around(n, WAREHOUSE, 0.00003, from)),
    ...many(300, (n, from) => around(n, WAREHOUSE, 0.02, from)),
    ...many(40, (n, from) => [micro(360 * shared(n, from) - 180), micro(side(n) * (90 - shared(n, 4) * 5))]),
    ...many(40, (n, from) => [micro(side(n) * (180 - shared(n, 4) ** 2)), micro(40 * shared(n, from) - 20)]),
    ...many(150, (n, from) => [micro(360 * shared(n, from) - 180), micro(160 * shared(n, from + 1) - 80)]),
    { pickup: [180, 10], delivery: [0, -90] },
    { pickup: [-180, 10], delivery: [90, -90] },
    { pickup: [0, 90], delivery: [-180, -16.5] },
  ];
}

/** In a country so small that no place lies in it when swapped. */
function row({
  pickup,
  delivery,
}: {
  pickup: Position;
  delivery: Position;
}): Record<string, string | number> {
  return {
    ...{ 'pickup.country': 'MC', 'delivery.country': 'MC' },
    ...{ 'pickup.longitude': pickup[0], 'pickup.latitude': pickup[1] },
    ...{ 'delivery.longitude': delivery[0], 'delivery.latitude': delivery[1] },
  };
}
