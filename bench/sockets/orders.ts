import mongoose from 'mongoose';
import { cellsOf } from '../data/transport-code.ts';
import type { TransportOrderDocument } from '../../src/modules/transport-orders/transport-order.schema.js';

const { ObjectId } = mongoose.mongo;
const BERLIN: [number, number] = [13.405, 52.52];
const HAMBURG: [number, number] = [9.9937, 53.5511];

/** Writes orders of a shop as they are while it moves them itself; gives their ids. */
export async function movingOrders(uri: string, shop: string, count: number): Promise<string[]> {
  const now = new Date();
  const stop = (city: string, coordinates: [number, number]) => ({
    ...{ name: city, address: 'Hafenstraße 1', postalCode: '10115', city, country: 'DE' },
    ...{ point: { type: 'Point' as const, coordinates }, windowFrom: now, windowTo: now },
  });
  const orders = Array.from({ length: count }, (_, n): TransportOrderDocument => ({
    ...{ _id: new ObjectId(), clientId: shop, carrierId: shop, parties: ['*', shop] },
    ...{ reference: `BENCH-${n}`, transportType: 'ltl', currency: 'EUR', via: [], goods: [], note: '' },
    grid: { pickup: cellsOf(BERLIN), delivery: cellsOf(HAMBURG) },
    ...{ pickup: stop('Berlin', BERLIN), delivery: stop('Hamburg', HAMBURG), price: null, rating: null },
    ...{ status: 'IN_TRANSIT', lastPosition: null, history: [], version: 1, createdAt: now, updatedAt: now },
  }));
  const client = await new mongoose.mongo.MongoClient(uri).connect();
  try {
    await client.db().collection<TransportOrderDocument>('transport_orders').insertMany(orders);
  } finally {
    await client.close();
  }
  return orders.map(({ _id }) => String(_id));
}
