import type { CacheEntry } from './cache-entry.js';

interface Held {
  entry: CacheEntry;
  bytes: number;
  /** When the copy must be compared with the shared tier again. */
  until: number;
}

interface Shelf {
  entries: Map<string, Held>;
  bytes: number;
}

export interface MemoryLimits {
  maxBytes: number;
  /** What one tenant may hold; its own oldest entries make room beyond that. */
  maxTenantBytes: number;
}

/**
 * The first tier: this process's memory, bounded by bytes, fair between tenants. Each tenant has a shelf in order of
 * use; over the tenant's share its own oldest entry goes, over the whole the oldest of the largest shelf.
 */
export class MemoryCache {
  private readonly shelves = new Map<string, Shelf>();
  private total = 0;

  constructor(private readonly limits: MemoryLimits) {}

  get bytes(): number {
    return this.total;
  }

  get(tenant: string, key: string, now: number): CacheEntry | undefined {
    const shelf = this.shelves.get(tenant);
    const held = shelf?.entries.get(key);
    if (!shelf || !held) return undefined;
    if (held.until <= now) {
      this.remove(tenant, shelf, key, held);
      return undefined;
    }
    shelf.entries.delete(key); // re-inserted at the end: most recently used
    shelf.entries.set(key, held);
    return held.entry;
  }

  set(tenant: string, key: string, entry: CacheEntry, bytes: number, until: number): void {
    if (bytes > this.limits.maxTenantBytes) return;
    let shelf = this.shelves.get(tenant);
    if (!shelf) this.shelves.set(tenant, (shelf = { entries: new Map(), bytes: 0 }));
    const old = shelf.entries.get(key);
    if (old) this.remove(tenant, shelf, key, old);
    this.shelves.set(tenant, shelf);
    shelf.entries.set(key, { entry, bytes, until });
    shelf.bytes += bytes;
    this.total += bytes;
    while (shelf.bytes > this.limits.maxTenantBytes) this.removeOldest(tenant, shelf);
    while (this.total > this.limits.maxBytes) this.removeOldest(...this.largest());
  }

  delete(tenant: string, key: string): void {
    const shelf = this.shelves.get(tenant);
    const held = shelf?.entries.get(key);
    if (shelf && held) this.remove(tenant, shelf, key, held);
  }

  clear(): void {
    this.shelves.clear();
    this.total = 0;
  }

  /** Lets go of what is past its time: nobody may ask for it again, and it would stay until room is needed. */
  sweep(now: number): void {
    for (const [tenant, shelf] of this.shelves)
      for (const [key, held] of shelf.entries) if (held.until <= now) this.remove(tenant, shelf, key, held);
  }

  /** Entries and bytes by tenant. */
  usage(): { tenant: string; entries: number; bytes: number }[] {
    return [...this.shelves].map(([tenant, { entries, bytes }]) => ({
      tenant,
      entries: entries.size,
      bytes,
    }));
  }

  private largest(): [string, Shelf] {
    let found: [string, Shelf] | undefined;
    for (const candidate of this.shelves)
      if (!found || candidate[1].bytes > found[1].bytes) found = candidate;
    if (!found) throw new Error('An empty cache is over its limit.');
    return found;
  }

  private removeOldest(tenant: string, shelf: Shelf): void {
    const first = shelf.entries.entries().next();
    if (!first.done) this.remove(tenant, shelf, first.value[0], first.value[1]);
  }

  private remove(tenant: string, shelf: Shelf, key: string, held: Held): void {
    shelf.entries.delete(key);
    shelf.bytes -= held.bytes;
    this.total -= held.bytes;
    if (shelf.entries.size === 0) this.shelves.delete(tenant);
  }
}
