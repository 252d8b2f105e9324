import { LRUCache } from 'lru-cache';
import { nameOf, type CacheKey } from './cache-entry.js';

/** So many values in a row that nobody asked for again, and a tenant's next ones must be asked for twice. */
const UNREAD = 16;
const MOST_SHELVES = 10_000;
const MOST_NAMES = 20_000;

/**
 * Keeps out of the cache what is asked for once. A crawler that walks through a catalogue, or a frontend whose every
 * query has another date, fills the tiers with what nobody reads; storing it costs more than the answer. While such
 * answers follow each other, a tenant's new values of that resource are kept only when they are asked for a second
 * time; the first value that is read again ends this.
 */
export class Admission {
  private readonly unread = new LRUCache<string, number>({ max: MOST_SHELVES });
  private readonly askedOnce = new LRUCache<string, true>({ max: MOST_NAMES });

  /** Whether a value that was just missed deserves a place. */
  admits(key: CacheKey): boolean {
    if ((this.unread.get(shelfOf(key)) ?? 0) < UNREAD) return true;
    const name = nameOf(key);
    if (this.askedOnce.delete(name)) return true;
    this.askedOnce.set(name, true);
    return false;
  }

  /** A value was given a place. */
  stored(key: CacheKey): void {
    const shelf = shelfOf(key);
    this.unread.set(shelf, (this.unread.get(shelf) ?? 0) + 1);
  }

  /** A value was read again. */
  read(key: CacheKey): void {
    this.unread.delete(shelfOf(key));
  }
}

function shelfOf({ resource, tenant }: CacheKey): string {
  return `${resource} ${tenant}`;
}
