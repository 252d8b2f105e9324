import { deepStrictEqual } from 'node:assert';
import type { LoadRequest, Variant } from '../measure/case.ts';
import type { BenchDatabase } from '../data/database.ts';
import { population } from '../data/population.ts';
import type { BenchShop } from '../data/tenants.ts';
import type { CaseContext } from './index.ts';

/** The whole population of the goals. */
export const SHOPS = 270;
export const PRODUCTS = 97_500;

/** The database with 270 shops and 97 500 products. */
export function everyShop({ servers }: CaseContext): Promise<BenchDatabase> {
  return servers.database(`bench_${SHOPS}_shops`, () => population(SHOPS, PRODUCTS));
}

/** Every third shop: all sizes. */
export function someShops({ shops }: BenchDatabase): BenchShop[] {
  return shops.filter((_, n) => n % 3 === 0);
}

export function authorised({ apiKey }: BenchShop): Record<string, string> {
  return { authorization: `Bearer ${apiKey}` };
}

export function getRequest(shop: BenchShop, path: string): LoadRequest {
  return { method: 'GET', path: `/api/shops/${shop.shop}/${path}`, headers: authorised(shop) };
}

/** The same request without what only the application needs. */
export function bare({
  path,
  headers: { authorization: _, ...headers },
  ...request
}: LoadRequest): LoadRequest {
  return { ...request, headers, path: path.replace(/^\/api/, '') };
}

/** @throws AssertionError when two servers do not answer the same JSON: their speeds could not be compared */
export async function assertSameAnswer(one: Variant, other: Variant): Promise<void> {
  deepStrictEqual(await answer(one), await answer(other), `${one.name} and ${other.name} answer differently`);
}

async function answer({ baseUrl, requests: [first], status }: Variant): Promise<unknown> {
  if (!first) throw new Error('no request');
  const response = await fetch(baseUrl + first.path, { headers: first.headers, method: first.method });
  if (response.status !== status)
    throw new Error(`${first.path}: ${response.status} ${await response.text()}`);
  return response.json();
}
