import { freshness, nameOf, sizeOf, type CacheEntry, type CacheKey } from './cache-entry.js';
import { MemoryCache, type MemoryLimits } from './memory-cache.js';
import type { TagClock } from './tag-clock.js';

/** The first tier: entries in this process's memory, for a short life each, void as soon as a tag of theirs moves. */
export class MemoryTier {
  readonly cache: MemoryCache;

  constructor(
    limits: MemoryLimits,
    /** How long a copy is trusted without asking the shared tier: bounds what a lost message can do. */
    private readonly ttlMs: number,
    private readonly clock: TagClock,
  ) {
    this.cache = new MemoryCache(limits);
  }

  find(key: CacheKey): CacheEntry | undefined {
    const name = nameOf(key);
    const entry = this.cache.get(key.tenant, name, Date.now());
    if (!entry) return undefined;
    if (freshness(entry, Date.now()) !== 'void' && !this.clock.movedSince(entry.tags, entry)) return entry;
    this.cache.delete(key.tenant, name);
    return undefined;
  }

  /** Keeps a copy that was valid at `begun`: a tag that moved since voids it when it is asked for. */
  keep(key: CacheKey, entry: CacheEntry, begun: number): void {
    const until = Math.min(entry.staleUntil, Date.now() + this.ttlMs);
    this.clock.stamp(entry, begun);
    this.cache.set(key.tenant, nameOf(key), entry, sizeOf(entry), until);
  }

  delete(key: CacheKey): void {
    this.cache.delete(key.tenant, nameOf(key));
  }
}
