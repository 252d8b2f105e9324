import { atLeast, type Variant } from '../measure/case.ts';
import type { BenchCase } from './index.ts';
import { assertSameAnswer, assertUncached, bare, everyShop, uncachedList, someShops } from './support.ts';

const name = 'uncached list of 50';

/** The first page of 90 shops' catalogues, straight from the database. */
export const listUncached: BenchCase = {
  name,
  async prepare(context) {
    const database = await everyShop(context);
    const app = await context.servers.app(database);
    const driver = await context.servers.baseline('catalogue', database);
    const requests = someShops(database).map((shop) => uncachedList(shop));
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
      comparisons: [{ name, ours: ours.name, baseline: baseline.name, goal: atLeast(1) }],
    };
  },
};
