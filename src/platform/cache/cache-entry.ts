/** A value as the cache keeps it. Times are epoch milliseconds. */
export interface CacheEntry {
  /** What was cached; null is a value too (negative caching). */
  value: unknown;
  storedAt: number;
  /** Until then it is served as it is. */
  freshUntil: number;
  /** Until then it is served while it is loaded anew. */
  staleUntil: number;
  tags: readonly string[];
  /** The version each tag had before the value was loaded; an entry is void when any has moved since. */
  versions: Versions;
}

/** What the versions of tags were, in their order; null for one that was never invalidated. */
export type Versions = readonly (string | null)[];

export type Freshness = 'fresh' | 'stale' | 'void';

export function freshness({ freshUntil, staleUntil }: CacheEntry, now: number): Freshness {
  if (now < freshUntil) return 'fresh';
  return now < staleUntil ? 'stale' : 'void';
}

/** How long a value is kept. */
export interface Lifetime {
  ttlMs: number;
  /** How much longer it may be served while a new one is loaded. */
  staleMs?: number;
}

/** Spreads the ends of entries that were stored together, so that they are not all loaded anew at once. */
const JITTER = 0.1;

export function timesFrom(
  now: number,
  { ttlMs, staleMs = 0 }: Lifetime,
): Pick<CacheEntry, 'storedAt' | 'freshUntil' | 'staleUntil'> {
  const freshUntil = now + Math.round(ttlMs * (1 - JITTER * Math.random()));
  return { storedAt: now, freshUntil, staleUntil: freshUntil + staleMs };
}

/** Where a value belongs and how long it lives. */
export interface CacheKey extends Lifetime {
  /** What is cached, e.g. `plan`: statistics are kept by it. */
  resource: string;
  /** Whose it is: part of the key, of the quota and of the statistics; `system` for what belongs to nobody. */
  tenant: string;
  id: string;
  /** Whatever changes the value invalidates one of these. */
  tags: readonly string[];
  /** How long null is remembered; as long as any value if absent. */
  negativeTtlMs?: number;
}

/** A value just loaded; without the versions of its tags it is none for the shared tier. */
export function entryOf(key: CacheKey, value: unknown, versions: Versions = []): CacheEntry {
  const ttlMs = value === null ? (key.negativeTtlMs ?? key.ttlMs) : key.ttlMs;
  const times = timesFrom(Date.now(), { ttlMs, staleMs: key.staleMs ?? 0 });
  return { value, tags: key.tags, versions, ...times };
}

const names = new WeakMap<CacheKey, string>();

/** `cache:{resource}:{tenant}:{id}`, made once for a key: as text it is hashed on each look-up. */
export function nameOf(key: CacheKey): string {
  let name = names.get(key);
  if (name === undefined) names.set(key, (name = `cache:${key.resource}:${key.tenant}:${key.id}`));
  return name;
}

const OVERHEAD_BYTES = 300;

/** What an entry weighs: strings by their length, the rest by their JSON. */
export function sizeOf({ value }: CacheEntry): number {
  if (typeof value === 'object' && value !== null && 'bytes' in value && typeof value.bytes === 'number') {
    return value.bytes + OVERHEAD_BYTES;
  }
  return (typeof value === 'string' ? value.length : JSON.stringify(value).length) + OVERHEAD_BYTES;
}
