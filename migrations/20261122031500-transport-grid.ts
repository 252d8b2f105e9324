import type { mongo } from 'mongoose';
import type { Migration } from '../src/platform/database/migrations/migration.ts';

type End = 'pickup' | 'delivery';
type Order = Record<End, { point: { coordinates: [number, number] } }>;

const ENDS: readonly End[] = ['pickup', 'delivery'];
const BITS = [6, 10, 14, 18, 22];
const POINTS = { 'pickup.point': 1, 'delivery.point': 1 };
const AT_ONCE = 1_000;

/** The nearest orders of a party around a place: by cells, the place itself, and the order in which equals are told. */
const INDEXES = ENDS.map((end) => ({
  key: {
    parties: 1 as const,
    ...Object.fromEntries(
      [...BITS.map((bits) => `c${bits}`), 'at'].map((part) => [`grid.${end}.${part}`, 1]),
    ),
    _id: 1 as const,
  },
  name: `parties_grid.${end}`,
}));

const migration: Migration = {
  description: 'A grid of cells over the ends of transport orders, and the indexes to search it by',

  async up(db) {
    await db.createCollection('transport_orders').catch((error: { code?: number }) => {
      if (error.code !== 48) throw error; // NamespaceExists
    });
    const orders = db.collection<Order>('transport_orders');
    while ((await fill(orders)) > 0); // until nothing that older code still writes lacks it
    await orders.createIndexes(INDEXES);
  },

  /** The cells go too: older code would not keep them up. */
  async down(db) {
    for (const { name } of INDEXES) {
      await db
        .collection('transport_orders')
        .dropIndex(name)
        .catch((error: { code?: number }) => {
          if (error.code !== 26 && error.code !== 27) throw error; // NamespaceNotFound, IndexNotFound
        });
    }
    await db.collection('transport_orders').updateMany({}, { $unset: { grid: 1 } });
  },
};

/** Gives orders their cells; @returns how many had none */
async function fill(orders: mongo.Collection<Order>): Promise<number> {
  const lacking = { grid: { $exists: false } };
  let writes: mongo.AnyBulkWriteOperation<Order>[] = [];
  let found = 0;
  for await (const { _id, pickup, delivery } of orders.find(lacking, { projection: POINTS })) {
    const [from, to] = [pickup.point.coordinates, delivery.point.coordinates];
    // nobody has moved it meanwhile
    const filter = { _id, 'pickup.point.coordinates': from, 'delivery.point.coordinates': to };
    const update = { $set: { grid: { pickup: cells(from), delivery: cells(to) } } };
    writes.push({ updateOne: { filter, update } });
    found++;
    if (writes.length < AT_ONCE) continue;
    await orders.bulkWrite(writes, { ordered: false });
    writes = [];
  }
  if (writes.length > 0) await orders.bulkWrite(writes, { ordered: false });
  return found;
}

/** As `near/end-grid.ts` had it when this was written. */
function cells([longitude, latitude]: [number, number]): Record<string, number | string> {
  const [x, y] = [Math.round(longitude * 1e6) / 1e6, Math.round(latitude * 1e6) / 1e6];
  const step = (share: number, steps: number) => Math.min(steps - 1, Math.max(0, Math.floor(share * steps)));
  const cell = (across: number) => step((y + 90) / 180, across) * across + step((x + 180) / 360, across);
  return { ...Object.fromEntries(BITS.map((bits) => [`c${bits}`, cell(2 ** bits)])), at: `${x},${y}` };
}

export default migration;
