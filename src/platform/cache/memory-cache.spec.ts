import { timesFrom, type CacheEntry } from './cache-entry.js';
import { MemoryCache } from './memory-cache.js';

const entry = (value: unknown): CacheEntry => ({
  value,
  tags: [],
  versions: [],
  ...timesFrom(0, { ttlMs: 1e9 }),
});

describe('MemoryCache', () => {
  it('drops the least recently used of a tenant over its share', () => {
    const cache = new MemoryCache({ maxBytes: 1_000, maxTenantBytes: 300 });
    for (const key of ['a', 'b', 'c']) cache.set('one', key, entry(key), 100, 10);
    cache.get('one', 'a', 0);
    cache.set('one', 'd', entry('d'), 100, 10);
    expect(['a', 'b', 'c', 'd'].filter((key) => cache.get('one', key, 0))).toEqual(['a', 'c', 'd']);
    expect(cache.bytes).toBe(300);
  });

  it('lets go of what is past its time when it is swept', () => {
    const cache = new MemoryCache({ maxBytes: 1_000, maxTenantBytes: 1_000 });
    cache.set('one', 'short', entry(1), 100, 10);
    cache.set('one', 'long', entry(2), 100, 20);
    cache.set('two', 'short', entry(3), 100, 10);
    cache.sweep(10);
    expect(cache.usage()).toEqual([{ tenant: 'one', entries: 1, bytes: 100 }]);
    expect(cache.bytes).toBe(100);
  });

  it('lets 10 000 keys of one tenant evict nothing of another', () => {
    const cache = new MemoryCache({ maxBytes: 10_000, maxTenantBytes: 1_000 });
    cache.set('small', 'key', entry('kept'), 100, 10);
    for (let n = 0; n < 10_000; n++) cache.set('greedy', `key-${n}`, entry(n), 100, 10);
    expect(cache.get('small', 'key', 0)?.value).toBe('kept');
    expect(cache.usage()).toEqual([
      { tenant: 'small', entries: 1, bytes: 100 },
      { tenant: 'greedy', entries: 10, bytes: 1_000 },
    ]);
  });

  it('takes from the largest tenant when the whole is full', () => {
    const cache = new MemoryCache({ maxBytes: 500, maxTenantBytes: 400 });
    for (let n = 0; n < 4; n++) cache.set('large', `l${n}`, entry(n), 100, 10);
    cache.set('small', 's0', entry(0), 100, 10);
    cache.set('small', 's1', entry(1), 100, 10);
    expect(cache.usage()).toEqual([
      { tenant: 'large', entries: 3, bytes: 300 },
      { tenant: 'small', entries: 2, bytes: 200 },
    ]);
  });

  it('forgets a copy when its time is over, and one too large for a tenant at once', () => {
    const cache = new MemoryCache({ maxBytes: 500, maxTenantBytes: 400 });
    cache.set('one', 'short', entry(1), 100, 10);
    expect(cache.get('one', 'short', 9)).toBeDefined();
    expect(cache.get('one', 'short', 10)).toBeUndefined();
    cache.set('one', 'huge', entry(1), 401, 10);
    expect(cache.get('one', 'huge', 0)).toBeUndefined();
    expect(cache.bytes).toBe(0);
  });
});
