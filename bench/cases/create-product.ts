import { drafts } from '../data/products.ts';
import { atLeast, FRESH, type LoadRequest, type Variant } from '../measure/case.ts';
import type { BenchCase } from './index.ts';
import { authorised, bare, everyShop, someShops } from './support.ts';

const name = 'create a product';

/** New products for 90 shops in turn, each under a handle of its own, acknowledged by the majority. */
export const createProduct: BenchCase = {
  name,
  async prepare(context) {
    const database = await everyShop(context);
    const app = await context.servers.app(database);
    const driver = await context.servers.baseline('catalogue', database);
    const requests: LoadRequest[] = [];
    const bodies = drafts({ theme: 'apparel', seed: 9, products: database.shops.length });
    for (const shop of someShops(database)) {
      const { value: draft } = await bodies.next();
      if (!draft) break;
      requests.push({
        method: 'POST',
        path: `/api/shops/${shop.shop}/products`,
        headers: { ...authorised(shop), 'content-type': 'application/json' },
        body: JSON.stringify({ ...draft, handle: `${draft.handle}-${FRESH}` }),
      });
    }
    const ours: Variant = { name: 'ours', baseUrl: app.baseUrl, pid: app.pid, requests, status: 201 };
    const baseline: Variant = {
      name: 'baseline',
      baseUrl: driver.baseUrl,
      pid: driver.pid,
      requests: requests.map(bare),
      status: 201,
    };
    return {
      variants: [ours, baseline],
      comparisons: [{ name, ours: ours.name, baseline: baseline.name, goal: atLeast(0.6) }],
    };
  },
};
