import type { PreparedCase } from '../measure/case.ts';
import type { BenchServers } from '../servers/bench-servers.ts';
import type { Cores } from '../servers/cores.ts';
import { createProduct } from './create-product.ts';
import { emptyJobs, fairness, outbox } from './jobs.ts';
import { listCached, listUnchanged } from './list-cached.ts';
import { listOtherShops } from './list-other-shops.ts';
import { listShopSize } from './list-shop-size.ts';
import { listUncached } from './list-uncached.ts';
import { mix } from './mix.ts';
import { near } from './near.ts';
import { createOrder } from './order.ts';
import { planLookup } from './plan-lookup.ts';
import { productByHandle } from './product-by-handle.ts';
import { sitemaps } from './sitemaps.ts';
import { sockets } from './sockets.ts';
import { twoProcesses } from './two-processes.ts';

export interface CaseContext {
  readonly servers: BenchServers;
  readonly cores: Cores;
  readonly quick: boolean;
  readonly full: boolean;
}

/** A group of results that are measured together. */
export interface BenchCase {
  readonly name: string;
  prepare(context: CaseContext): Promise<PreparedCase>;
}

/** In the order they run: what writes comes last. */
export const CASES: readonly BenchCase[] = [
  listCached,
  listUnchanged,
  twoProcesses,
  listUncached,
  productByHandle,
  listOtherShops,
  listShopSize,
  planLookup,
  mix,
  near,
  sockets,
  createProduct,
  createOrder,
  emptyJobs,
  fairness,
  outbox,
  sitemaps,
];
