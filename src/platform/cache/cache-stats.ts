import { Injectable } from '@nestjs/common';
import { Metrics } from '../observability/metrics.js';

export const CACHE_RESULTS = ['l1', 'l2', 'stale', 'miss', 'bypass'] as const;
export type CacheResult = (typeof CACHE_RESULTS)[number];
export type CacheCounts = Record<CacheResult, number> & { hitRate: number };

const MAX_TENANTS = 10_000;

/** Counts what the cache answered, by resource and by tenant. */
@Injectable()
export class CacheStats {
  private readonly resources = new Map<string, Record<CacheResult, number>>();
  private readonly tenants = new Map<string, Record<CacheResult, number>>();

  constructor(metrics: Metrics) {
    // filled when it is read: labels cost more than the hit that is counted
    metrics.counterFrom('cache_requests_total', 'What the cache answered', ['resource', 'result'], () =>
      this.byResource().flatMap(({ resource, ...counts }) =>
        CACHE_RESULTS.map((result): [Record<'resource' | 'result', string>, number] => [
          { resource, result },
          counts[result],
        ]),
      ),
    );
  }

  count(resource: string, tenant: string, result: CacheResult): void {
    of(this.resources, resource)[result]++;
    if (this.tenants.has(tenant) || this.tenants.size < MAX_TENANTS) of(this.tenants, tenant)[result]++;
  }

  byResource(): ({ resource: string } & CacheCounts)[] {
    return [...this.resources].map(([resource, counts]) => ({ resource, ...withRate(counts) }));
  }

  byTenant(): ({ tenant: string } & CacheCounts)[] {
    return [...this.tenants].map(([tenant, counts]) => ({ tenant, ...withRate(counts) }));
  }
}

function of(counts: Map<string, Record<CacheResult, number>>, name: string): Record<CacheResult, number> {
  let found = counts.get(name);
  if (!found) counts.set(name, (found = { l1: 0, l2: 0, stale: 0, miss: 0, bypass: 0 }));
  return found;
}

function withRate(counts: Record<CacheResult, number>): CacheCounts {
  const hits = counts.l1 + counts.l2 + counts.stale;
  const all = hits + counts.miss;
  return { ...counts, hitRate: all === 0 ? 0 : Math.round((1000 * hits) / all) / 1000 };
}
