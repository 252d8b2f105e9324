import mongoose from 'mongoose';
import type { BenchDatabase } from '../data/database.ts';
import { atLeast, FRESH, type LoadRequest, type Variant } from '../measure/case.ts';
import type { BenchCase } from './index.ts';
import { assertSameAnswer, assertUncached, bare, everyShop, getRequest, someShops } from './support.ts';

const name = 'one product by handle, uncached';
const HANDLES_OF_A_SHOP = 5;

/** Single reads all over the database: five products of each of 90 shops. */
export const productByHandle: BenchCase = {
  name,
  async prepare(context) {
    const database = await everyShop(context);
    const app = await context.servers.app(database);
    const driver = await context.servers.baseline('catalogue', database);
    const requests = await requestsOf(database);
    const ours: Variant = { name: 'ours', baseUrl: app.baseUrl, pid: app.pid, requests, status: 200 };
    const baseline: Variant = {
      name: 'baseline',
      baseUrl: driver.baseUrl,
      pid: driver.pid,
      requests: requests.map(bare),
      status: 200,
    };
    await assertSameAnswer(ours, baseline);
    await assertUncached(ours);
    return {
      variants: [ours, baseline],
      comparisons: [{ name, ours: ours.name, baseline: baseline.name, goal: atLeast(0.75) }],
    };
  },
};

async function requestsOf(database: BenchDatabase): Promise<LoadRequest[]> {
  const client = new mongoose.mongo.MongoClient(database.uri);
  try {
    const products = client.db().collection<{ shop: string; handle: string }>('products');
    const requests: LoadRequest[] = [];
    for (const shop of someShops(database)) {
      const found = products.find(
        { shop: shop.shop },
        { projection: { handle: 1 }, limit: HANDLES_OF_A_SHOP },
      );
      for await (const { handle } of found)
        requests.push(getRequest(shop, `products/by-handle/${handle}?fresh=${FRESH}`));
    }
    return requests;
  } finally {
    await client.close();
  }
}
