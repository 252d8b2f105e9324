import { planned } from '../data/population.ts';
import { fillTransports } from '../data/transports.ts';
import { p95AtMost, type LoadRequest, type Variant } from '../measure/case.ts';
import type { BenchCase, CaseContext } from './index.ts';
import { authorised } from './support.ts';

const SMALL = 10_000;
const PLACES = 200;
const CONNECTIONS = 2;

const label = (orders: number) => `near of ${orders.toLocaleString('en')} transport orders`;

/** The 50 nearest of ever more transport orders of one client, from 200 places in and around five cities. */
export const near: BenchCase = {
  name: 'near',
  async prepare(context) {
    const sizes = [SMALL, context.full ? 1_000_000 : 100_000];
    const variants: Variant[] = [];
    for (const orders of sizes) variants.push(await variantOf(context, orders));
    return {
      variants,
      comparisons: sizes.slice(1).map((orders) => ({
        name: `near p95, ${label(orders)} ÷ ${label(SMALL)}`,
        ...{ ours: label(orders), baseline: label(SMALL), goal: p95AtMost(1.3) },
      })),
    };
  },
};

async function variantOf({ servers }: CaseContext, orders: number): Promise<Variant> {
  const database = await servers.database(`bench_${orders}_transports`, () => [planned(0, 100)]);
  const [shop] = database.shops;
  if (!shop) throw new Error('the database has no shop');
  await fillTransports(database.uri, shop.shop, orders);
  const { baseUrl, pid } = await servers.app(database);
  const headers = authorised(shop);
  const requests = Array.from({ length: PLACES }, (_, n): LoadRequest => {
    const [longitude, latitude] = [6.5 + ((n * 7) % 75) / 10, 48 + ((n * 11) % 57) / 10];
    const place = `${longitude.toFixed(1)},${latitude.toFixed(1)}`;
    return { method: 'GET', path: `/api/transport-orders/near?place=${place}&metres=300000`, headers };
  });
  return { name: label(orders), baseUrl, pid, requests, status: 200, connections: CONNECTIONS };
}
