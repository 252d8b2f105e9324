import type { FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import type { Principal } from '../http/access.js';
import type { CachedOptions } from './cached.js';

/** Remembers the normal form of raw queries: popular ones are asked for over and over. */
const normal = new LRUCache<string, string>({ max: 5_000 });
const MAX_QUERY = 2_000;

/**
 * A query's normal form: parameters in order, comma lists in order, without those that only say a default.
 * Undefined for one too long to be worth a place in the cache.
 */
export function normalQuery(url: string, defaults: object = {}): string | undefined {
  const start = url.indexOf('?');
  if (start < 0) return '';
  const raw = url.slice(start + 1);
  if (raw.length > MAX_QUERY) return undefined;
  let known = normal.get(raw);
  if (known === undefined) {
    known = normalise(raw, defaults as Record<string, unknown>);
    normal.set(raw, known);
  }
  return known;
}

function normalise(raw: string, defaults: Record<string, unknown>): string {
  const pairs = [...new URLSearchParams(raw)]
    .filter(([name, value]) => !(name in defaults && String(defaults[name]) === value))
    .map(([name, value]): [string, string] => [
      name,
      name === 'fields' ? value.split(',').sort().join(',') : value,
    ])
    .sort(([a, x], [b, y]) => (a < b ? -1 : a > b ? 1 : x < y ? -1 : 1));
  return new URLSearchParams(pairs).toString();
}

/** Who may be given the same response: part of the key, so that none can reach another tenant or role. */
export function scopeOf(
  { scope }: CachedOptions,
  request: FastifyRequest,
): { tenant: string; scope: string } {
  const { principal, shop } = request;
  if (scope === 'public') return { tenant: shop ?? 'public', scope: 'public' };
  if (!principal) throw new Error('A cached route of a tenant is open to callers without credentials.');
  if (scope === 'tenant') {
    if (!shop) throw new Error('A route cached by tenant has no {shop} in its path.');
    return { tenant: shop, scope: principal.role };
  }
  return { tenant: shop ?? principal.shops[0] ?? 'system', scope: principal.id };
}

/** Operators may ask for a fresh response; from others `no-cache` would be a way around the cache. */
export function mayRefresh(headers: FastifyRequest['headers'], principal: Principal | undefined): boolean {
  return principal?.role === 'admin' && /\bno-cache\b/.test(headers['cache-control'] ?? '');
}
