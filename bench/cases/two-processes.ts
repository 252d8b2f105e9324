import { atLeast, type Variant } from '../measure/case.ts';
import type { BenchCase } from './index.ts';
import { everyShop, getRequest } from './support.ts';

const name = 'two processes';

/**
 * A cached list from two processes on every core (`WEB_CONCURRENCY=2`), beside one on a core of its own. Two need a core
 * each that neither the load nor the database has: with fewer than four cores this says what is left for the second.
 */
export const twoProcesses: BenchCase = {
  name,
  async prepare({ servers, ...context }) {
    const database = await everyShop({ servers, ...context });
    const [shop] = database.shops;
    if (!shop) throw new Error('the population has no subject');
    const requests = [getRequest(shop, 'products?limit=50')];
    const [one, two] = [await servers.app(database), await servers.appInTwo(database)];
    const variant = (name: string, { baseUrl, pid }: typeof one): Variant => ({
      ...{ name, baseUrl, pid, requests, status: 200 },
    });
    return {
      variants: [variant('in two', two), variant('in one', one)],
      comparisons: [{ name, ours: 'in two', baseline: 'in one', goal: atLeast(1.7) }],
    };
  },
};
