import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import mongoose, { type mongo } from 'mongoose';
import { ROOT } from '../../local/bootstrap/paths.mjs';
import { say } from '../../local/bootstrap/progress.mjs';
import type { ProductDocument } from '../../src/modules/products/product.schema.js';
import type { PlannedShop } from './population.ts';
import { documents } from './products.ts';
import { insertTenants, type BenchShop } from './tenants.ts';

/** A database filled with a population, with the indexes of the migrations. */
export interface BenchDatabase {
  readonly uri: string;
  /** The subject first. */
  readonly shops: readonly BenchShop[];
}

const AT_ONCE = 100;
const IN_FLIGHT = 10;

/**
 * Fills an empty database. The shops' products come in turns, as they do in life, so that a shop's documents do not
 * lie together. Data first, then the migrations: building an index over what is there is faster.
 */
export async function fillDatabase(
  uri: string,
  plan: readonly PlannedShop[],
  env: NodeJS.ProcessEnv,
): Promise<BenchDatabase> {
  const total = plan.reduce((sum, { products }) => sum + products, 0);
  say(`filling a database with ${total} products of ${plan.length} shops`);
  const client = new mongoose.mongo.MongoClient(uri);
  try {
    const db = client.db();
    const shops = plan.length > 0 ? await insertTenants(db, plan) : [];
    await insertProducts(db.collection<ProductDocument>('products'), plan);
    await promisify(execFile)(process.execPath, [join(ROOT, 'dist', 'migrate.js'), 'up'], { cwd: ROOT, env });
    return { uri, shops };
  } finally {
    await client.close();
  }
}

async function insertProducts(
  products: mongo.Collection<ProductDocument>,
  plan: readonly PlannedShop[],
): Promise<void> {
  const writing = new Set<Promise<unknown>>();
  let open = plan.map((shop) => documents(shop));
  while (open.length > 0) {
    const more: typeof open = [];
    for (const source of open) {
      const batch = await take(source, AT_ONCE);
      if (batch.length === AT_ONCE) more.push(source);
      if (batch.length === 0) continue;
      const write = products.insertMany(batch, { ordered: false, writeConcern: { w: 1 } });
      writing.add(write);
      void write.finally(() => writing.delete(write)).catch(() => undefined);
      if (writing.size >= IN_FLIGHT) await Promise.race(writing);
    }
    open = more;
  }
  await Promise.all(writing);
}

/** Up to `count` items; unlike a `for await` with a break it leaves the generator open. */
async function take<T>(source: AsyncGenerator<T>, count: number): Promise<T[]> {
  const taken: T[] = [];
  while (taken.length < count) {
    const { value, done } = await source.next();
    if (done) break;
    taken.push(value);
  }
  return taken;
}
