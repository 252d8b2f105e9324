import mongoose from 'mongoose';
import type { BenchDatabase } from '../data/database.ts';
import { atLeast, type LoadRequest, type Variant } from '../measure/case.ts';
import type { BenchCase } from './index.ts';
import { authorised, bare, everyShop, someShops } from './support.ts';

const name = 'order: create ÷ bare transaction';
const VARIANTS_OF_A_SHOP = 5;
const PIECES = 1_000_000;

/** Orders of two lines in 90 shops in turn, their stock taken, numbered, with audit entry and event. */
export const createOrder: BenchCase = {
  name,
  async prepare(context) {
    const database = await everyShop(context);
    const app = await context.servers.app(database);
    const driver = await context.servers.baseline('orders', database);
    const requests = await requestsOf(database, app.baseUrl);
    const ours: Variant = { name: 'ours', baseUrl: app.baseUrl, pid: app.pid, requests, status: 201 };
    const baseline: Variant = {
      ...{ name: 'baseline', baseUrl: driver.baseUrl, pid: driver.pid },
      ...{ requests: requests.map(bare), status: 201 },
    };
    return {
      variants: [ours, baseline],
      comparisons: [{ name, ours: ours.name, baseline: baseline.name, goal: atLeast(0.6) }],
    };
  },
};

/** Gives five variants of each shop a stock that lasts, and orders of two of them. */
async function requestsOf(database: BenchDatabase, baseUrl: string): Promise<LoadRequest[]> {
  const client = new mongoose.mongo.MongoClient(database.uri);
  try {
    const products = client
      .db()
      .collection<{ shop: string; status: string; variants: { id: mongoose.mongo.ObjectId }[] }>('products');
    const requests: LoadRequest[] = [];
    for (const shop of someShops(database)) {
      const headers = { ...authorised(shop), 'content-type': 'application/json' };
      const found = await products
        .find({ shop: shop.shop, status: 'active' }, { projection: { 'variants.id': 1 } })
        .limit(VARIANTS_OF_A_SHOP)
        .toArray();
      const ids = found.flatMap(({ variants }) => variants.slice(0, 1).map(({ id }) => String(id)));
      for (const variantId of ids) {
        const answer = await fetch(`${baseUrl}/api/shops/${shop.shop}/inventory/adjustments`, {
          ...{ method: 'POST', headers, body: JSON.stringify({ variantId, available: PIECES }) },
        });
        if (!answer.ok) throw new Error(`stock of ${variantId}: ${answer.status} ${await answer.text()}`);
      }
      for (const [at, variantId] of ids.entries()) {
        const lines = [variantId, ids[(at + 1) % ids.length]].map((id) => ({ variantId: id, quantity: 1 }));
        const path = `/api/shops/${shop.shop}/orders`;
        requests.push({ method: 'POST', path, headers, body: JSON.stringify({ lines }) });
      }
    }
    return requests;
  } finally {
    await client.close();
  }
}
