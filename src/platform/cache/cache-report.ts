import type { CacheCounts, CacheStats } from './cache-stats.js';
import type { MemoryCache } from './memory-cache.js';

/** What an instance's cache holds and how often it hit. */
export interface CacheReport {
  degraded: boolean;
  memoryBytes: number;
  resources: ({ resource: string } & CacheCounts)[];
  tenants: ({ tenant: string; entries: number; bytes: number; sharedBytes: number } & CacheCounts)[];
}

const MAX_TENANTS = 250;

/** The tenants that hold most come first. */
export function reportOf(
  degraded: boolean,
  memory: MemoryCache,
  shared: ReadonlyMap<string, number>,
  stats: CacheStats,
): CacheReport {
  const held = new Map(memory.usage().map(({ tenant, ...usage }) => [tenant, usage]));
  const tenants = stats.byTenant().map(({ tenant, ...counts }) => ({
    tenant,
    ...counts,
    ...(held.get(tenant) ?? { entries: 0, bytes: 0 }),
    sharedBytes: shared.get(tenant) ?? 0,
  }));
  return {
    degraded,
    memoryBytes: memory.bytes,
    resources: stats.byResource(),
    tenants: tenants.sort((a, b) => b.bytes - a.bytes).slice(0, MAX_TENANTS),
  };
}
