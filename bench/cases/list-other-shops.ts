import { population, SUBJECT_PRODUCTS } from '../data/population.ts';
import { p95AtMost, type Variant } from '../measure/case.ts';
import type { BenchCase, CaseContext } from './index.ts';
import { everyShop, uncachedList, PRODUCTS, SHOPS } from './support.ts';

const FEW = 30;
const variantName = (shops: number) => `${shops} ${shops === 1 ? 'shop' : 'shops'}`;

/** The same shop listed in databases with ever more other shops: what a tenant waits must not depend on the others. */
export const listOtherShops: BenchCase = {
  name: 'list p95 with other shops',
  async prepare(context) {
    const variants = [await variant(context, 1), await variant(context, FEW), await variant(context, SHOPS)];
    return {
      variants,
      comparisons: [FEW, SHOPS].map((shops) => ({
        name: `list p95, ${shops} shops ÷ 1 shop`,
        ours: variantName(shops),
        baseline: variantName(1),
        goal: p95AtMost(1.2),
      })),
    };
  },
};

async function variant(context: CaseContext, shops: number): Promise<Variant> {
  const others = Math.round(((PRODUCTS - SUBJECT_PRODUCTS) * (shops - 1)) / (SHOPS - 1));
  const database =
    shops === SHOPS
      ? await everyShop(context)
      : await context.servers.database(`bench_${shops}_shops`, () =>
          population(shops, SUBJECT_PRODUCTS + others),
        );
  const { baseUrl, pid } = await context.servers.app(database);
  const [subject] = database.shops;
  if (!subject) throw new Error('the population has no subject');
  return {
    name: variantName(shops),
    baseUrl,
    pid,
    requests: [uncachedList(subject)],
    status: 200,
  };
}
