import { planned } from '../data/population.ts';
import { p95AtMost, type LoadRequest, type Variant } from '../measure/case.ts';
import type { BenchShop } from '../data/tenants.ts';
import type { BenchCase, CaseContext } from './index.ts';
import { authorised, getRequest, uncachedList } from './support.ts';

const SMALL = 1_000;
const MAX_PAGE = 250;
/** How many products lie before the deep page, at most. */
const DEEP = 50_000;

const label = (products: number, page: string) => `${page} page of ${products.toLocaleString('en')}`;

/** A list's first and a deep page, by cursor, in shops of ever more products. */
export const listShopSize: BenchCase = {
  name: 'list p95 by shop size',
  async prepare(context) {
    const sizes = [SMALL, 100_000, ...(context.full ? [1_000_000] : [])];
    const variants: Variant[] = [];
    for (const products of sizes) variants.push(...(await variantsOf(context, products)));
    return {
      variants,
      comparisons: sizes.slice(1).flatMap((products) =>
        ['first', 'deep'].map((page) => ({
          name: `list p95, ${label(products, page)} ÷ ${label(SMALL, page)}`,
          ours: label(products, page),
          baseline: label(SMALL, page),
          goal: p95AtMost(1.2),
        })),
      ),
    };
  },
};

async function variantsOf({ servers }: CaseContext, products: number): Promise<Variant[]> {
  const plan = planned(0, products);
  // a shop of a thousand alone is what the population of one shop is, too
  const name = products === SMALL ? 'bench_1_shops' : `bench_${products}_products`;
  const database = await servers.database(name, () => [plan]);
  const { baseUrl, pid } = await servers.app(database);
  const [shop] = database.shops;
  if (!shop) throw new Error('the database has no shop');
  const deep = await deepPage(baseUrl, shop);
  return [
    {
      name: label(products, 'first'),
      baseUrl,
      pid,
      requests: [uncachedList(shop)],
      status: 200,
    },
    { name: label(products, 'deep'), baseUrl, pid, requests: [deep], status: 200 },
  ];
}

/** Follows the cursors to the middle of the list, or to where `DEEP` products lie behind. */
async function deepPage(baseUrl: string, shop: BenchShop): Promise<LoadRequest> {
  const before = Math.min(DEEP, shop.products / 2);
  let cursor = '';
  for (let seen = 0; seen < before; seen += MAX_PAGE) {
    const { path } = getRequest(shop, `products?limit=${MAX_PAGE}&fields=id${cursor}`);
    const answer = await fetch(baseUrl + path, { headers: authorised(shop) });
    const { page } = (await answer.json()) as { page: { nextCursor: string } };
    cursor = `&cursor=${page.nextCursor}`;
  }
  return uncachedList(shop, cursor);
}
