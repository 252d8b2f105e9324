import { deepStrictEqual, notStrictEqual } from 'node:assert';
import { FRESH, freshNumbers, type LoadRequest, type Variant } from '../measure/case.ts';
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

/**
 * The first page of 50 as a frontend asks for it, summary fields, last changed first: of what changed since a moment
 * long before any product, written differently in each request, so that no cache has the answer.
 */
export function uncachedList(shop: BenchShop, more = ''): LoadRequest {
  return getRequest(shop, `products?limit=50&updatedSince=2020-01-01T00:00:00.${FRESH}Z${more}`);
}

/** The same request without what only the application needs. */
export function bare({
  path,
  headers: { authorization: _, ...headers },
  ...request
}: LoadRequest): LoadRequest {
  return { ...request, headers, path: path.replace(/^\/api/, '') };
}

const nextFresh = freshNumbers();

/** @throws AssertionError when the application answers from its cache, which would make the case another one */
export async function assertUncached(variant: Variant): Promise<void> {
  for (let ask = 0; ask < 2; ask++) {
    const { headers } = await answer(variant);
    notStrictEqual(headers.get('x-cache'), 'hit', `${variant.requests[0]?.path ?? ''} is cached`);
  }
}

/** @throws AssertionError when two servers do not answer the same JSON: their speeds could not be compared */
export async function assertSameAnswer(one: Variant, other: Variant): Promise<void> {
  const [own, others] = [await answer(one), await answer(other)];
  deepStrictEqual(await own.json(), await others.json(), `${one.name} and ${other.name} answer differently`);
}

async function answer({ baseUrl, requests: [first], status }: Variant): Promise<Response> {
  if (!first) throw new Error('no request');
  const path = first.path.replace(FRESH, nextFresh());
  const response = await fetch(baseUrl + path, { headers: first.headers, method: first.method });
  if (response.status !== status) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return response;
}
