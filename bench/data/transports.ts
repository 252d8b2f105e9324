import mongoose from 'mongoose';
import type { Position } from '../../src/kernel/geo.js';
import { cellsOf } from './transport-code.ts';
import { say } from '../../local/bootstrap/progress.mjs';

const AT_ONCE = 1_000;
/** Cities that transports go between, and how far around them places lie. */
const CITIES: readonly [name: string, longitude: number, latitude: number][] = [
  ['Berlin', 13.405, 52.52],
  ['Hamburg', 9.9937, 53.5511],
  ['München', 11.582, 48.1351],
  ['Köln', 6.9603, 50.9375],
  ['Leipzig', 12.3731, 51.3397],
];
const AROUND = 0.5;
const DAY_MS = 86_400_000;

/** Writes `count` transport orders of a client past the application, in and around five cities. */
export async function fillTransports(uri: string, clientId: string, count: number): Promise<void> {
  say(`filling a database with ${count} transport orders`);
  const client = new mongoose.mongo.MongoClient(uri);
  try {
    const orders = client.db().collection('transport_orders');
    const indexes = (await orders.indexes()).filter(({ name }) => name !== '_id_');
    await orders.dropIndexes(); // building them over what is there is faster
    for (let done = 0; done < count; done += AT_ONCE) {
      const size = Math.min(AT_ONCE, count - done);
      const batch = Array.from({ length: size }, (_, i) => transport(clientId, done + i));
      await orders.insertMany(batch, { ordered: false, writeConcern: { w: 1 } });
    }
    await orders.createIndexes(indexes.map(({ v: _, ...index }) => index));
  } finally {
    await client.close();
  }
}

function transport(clientId: string, n: number): object {
  const at = new Date(Date.now() - n * 1_000);
  const [pickup, delivery] = [stop(n, 0), stop(n, 2)];
  const grid = { pickup: cellsOf(pickup.point.coordinates), delivery: cellsOf(delivery.point.coordinates) };
  return {
    ...{ grid },
    ...{ clientId, carrierId: null, parties: ['*', clientId], reference: `BENCH-${n}`, transportType: 'ltl' },
    ...{ currency: 'EUR', pickup, via: [], delivery, note: '' },
    goods: [{ description: 'Goods', weightGrams: 420_000, volumeMillilitres: 0, pallets: 2, adrClass: null }],
    ...{ price: null, status: 'PENDING', rating: null, version: 1, createdAt: at, updatedAt: at },
    history: [{ status: 'PENDING', at, by: 'system', note: '' }],
  };
}

/** A place of its own for each order: the same ones in every run. */
function stop(n: number, shift: number): { point: { type: string; coordinates: Position } } {
  const [city, longitude, latitude] = CITIES[(n + shift) % CITIES.length] ?? CITIES[0]!;
  const offset = (factor: number) => (((n * factor) % 1) - 0.5) * 2 * AROUND;
  const windowFrom = new Date(Date.now() + (shift + 1) * DAY_MS);
  return {
    ...{ name: 'Dock', address: 'Hafenstraße 1', postalCode: '10115', city, country: 'DE' },
    point: {
      type: 'Point',
      // multiples of irrational numbers spread evenly
      coordinates: [longitude + offset(Math.SQRT2), latitude + offset(Math.sqrt(3))] as const,
    },
    ...{ windowFrom, windowTo: new Date(windowFrom.getTime() + DAY_MS / 4) },
  };
}
