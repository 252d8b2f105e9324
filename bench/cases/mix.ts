import { atLeast, atMost, freshNumbers, type LoadRequest, type MeasuredVariant } from '../measure/case.ts';
import { percentile } from '../measure/statistics.ts';
import { steadyLoad } from '../measure/steady.ts';
import type { BenchShop } from '../data/tenants.ts';
import type { BenchCase } from './index.ts';
import { authorised, everyShop, getRequest, someShops } from './support.ts';

const PER_SECOND = 500;
const SECONDS = 10;
const WARM_UP_SECONDS = 5;
const CONNECTIONS = 100;
const POPULAR_SHOPS = 30;
const PRODUCTS_OF_A_SHOP = 5;

interface KnownShop {
  readonly shop: BenchShop;
  readonly products: readonly string[];
}

/** What frontends do: 80 % popular lists, 15 % single products, 5 % changes that void what was cached of the shop. */
export const mix: BenchCase = {
  name: 'the mix',
  async prepare(context) {
    const database = await everyShop(context);
    const { baseUrl } = await context.servers.app(database);
    const known = await Promise.all(
      someShops(database)
        .slice(0, POPULAR_SHOPS)
        .map(async (shop): Promise<KnownShop> => ({ shop, products: await someProducts(baseUrl, shop) })),
    );
    const next = requestsOf(known);
    const load = (seconds: number) =>
      steadyLoad(baseUrl, next, { perSecond: PER_SECOND, seconds, connections: CONNECTIONS });
    await load(WARM_UP_SECONDS);
    const variant: MeasuredVariant = {
      name: 'mix',
      async measure() {
        const answers = await load(SECONDS);
        const times = answers.map(({ ms }) => ms);
        const reads = answers.filter(({ cache }) => cache !== undefined);
        const hits = reads.filter(({ cache }) => cache === 'hit' || cache === 'stale');
        const errors = answers.filter(({ status }) => status !== 200).length;
        return {
          requestsPerSecond: answers.length / SECONDS,
          p50: percentile(times, 0.5),
          p95: percentile(times, 0.95),
          p99: percentile(times, 0.99),
          requests: answers.length,
          cpuMsPerRequest: null,
          figures: { hitRate: hits.length / reads.length, errors },
        };
      },
    };
    const line = (figure: string) => `the mix at ${PER_SECOND} requests/s, ${figure}`;
    return {
      variants: [variant],
      comparisons: [
        { name: line('hit rate'), ours: 'mix', goal: { ...atLeast(0.8), metric: 'hitRate' } },
        { name: line('p95'), ours: 'mix', goal: atMost('p95', 25) },
        { name: line('errors'), ours: 'mix', goal: atMost('errors', 0) },
      ],
    };
  },
};

async function someProducts(baseUrl: string, shop: BenchShop): Promise<string[]> {
  const { path, headers } = getRequest(shop, `products?limit=${PRODUCTS_OF_A_SHOP}&fields=id`);
  const { data } = (await (await fetch(baseUrl + path, { headers })).json()) as { data: { id: string }[] };
  return data.map(({ id }) => id);
}

function requestsOf(known: readonly KnownShop[]): () => LoadRequest {
  const fresh = freshNumbers();
  const oneOf = <T>(all: readonly T[]): T => all[Math.floor(Math.random() * all.length)] as T;
  return () => {
    const { shop, products } = oneOf(known);
    const dice = Math.random();
    if (dice < 0.8) return getRequest(shop, 'products?limit=50');
    const product = getRequest(shop, `products/${oneOf(products)}`);
    if (dice < 0.95) return product;
    return {
      ...product,
      method: 'PATCH',
      headers: { ...authorised(shop), 'content-type': 'application/json' },
      body: JSON.stringify({ vendor: `Vendor ${fresh()}` }),
    };
  };
}
