import { Redis } from 'ioredis';
import type { CacheService } from '../../src/platform/cache/cache.service.js';
import { connected, newCache } from '../support/caches.js';
import { eventually } from '../support/eventually.js';
import { dedicatedStack, type DedicatedStack } from '../support/stack.js';

const key = (id: string) => ({ resource: 'thing', tenant: 'shop', id, tags: ['tag'], ttlMs: 60_000 });

describe('the cache when Valkey is in trouble', () => {
  let stack: DedicatedStack;
  let cache: CacheService;

  beforeAll(async () => {
    stack = await dedicatedStack();
  }, 120_000);
  beforeEach(async () => {
    cache = newCache(stack.env);
    await connected(cache);
  });
  afterEach(() => cache.onApplicationShutdown());
  afterAll(() => stack.stop());

  /** As an instance sees it that has nothing in memory. */
  async function inValkey(id: string): Promise<void> {
    const other = newCache(stack.env);
    try {
      await connected(other);
      expect((await other.getOrSet(key(id), () => Promise.reject(new Error('not there')))).result).toBe('l2');
    } finally {
      await other.onApplicationShutdown();
    }
  }

  const read = (id: string, value: unknown) => cache.getOrSet(key(id), () => Promise.resolve(value));

  it('goes on from memory and the database while it is dead, and comes back by itself', async () => {
    await stack.redis.kill('SIGKILL');
    expect((await read('dead', 1)).value).toBe(1);
    expect((await read('dead', 2)).result).toBe('l1');
    expect(cache.degraded).toBe(true);
    await stack.redis.restart();
    await eventually(() => {
      expect(cache.degraded).toBe(false);
    });
    await read('after', 3);
    await eventually(() => inValkey('after'));
  });

  it('pays one deadline while it is frozen, then skips it', async () => {
    await stack.redis.kill('SIGSTOP');
    try {
      expect((await read('frozen', 1)).value).toBe(1);
      expect(cache.degraded).toBe(true);
      // skipped: a hundred misses do not add up a hundred deadlines, which would be five seconds and over the limit
      const misses = Array.from({ length: 100 }, (_, n) => read(`frozen-${n}`, n));
      expect((await Promise.all(misses)).map(({ value }) => value)).toEqual(
        Array.from({ length: 100 }, (_, n) => n),
      );
    } finally {
      await stack.redis.kill('SIGCONT');
    }
    await eventually(() => {
      expect(cache.degraded).toBe(false);
    });
  });

  it('serves nothing old after a write that happened while it was away', async () => {
    await read('owed', 'old');
    await eventually(() => inValkey('owed'));
    await stack.redis.kill('SIGSTOP');
    await cache.invalidateTags('tag');
    await stack.redis.kill('SIGCONT');
    await eventually(() => {
      expect(cache.degraded).toBe(false);
    });
    expect((await read('owed', 'new')).value).toBe('new');
  });

  it('loads anew when it was emptied', async () => {
    await read('flushed', 'old');
    await eventually(() => inValkey('flushed'));
    const client = new Redis(stack.redisUrl);
    await client.flushall();
    client.disconnect();
    const fresh = newCache(stack.env);
    await connected(fresh);
    const { value, result } = await fresh.getOrSet(key('flushed'), () => Promise.resolve('new'));
    expect({ value, result }).toEqual({ value: 'new', result: 'miss' });
    await fresh.onApplicationShutdown();
  });

  it('serves what it loads while Valkey is full, and keeps what memory can', async () => {
    const client = new Redis(stack.redisUrl);
    await client.config('SET', 'maxmemory-policy', 'noeviction');
    await client.config('SET', 'maxmemory', '1mb'); // less than it holds already: each write is refused
    try {
      expect((await read('full', 1)).value).toBe(1);
      expect((await read('full', 2)).result).toBe('l1');
      await cache.invalidateTags('tag'); // cannot be told either: it is owed
      expect((await read('full', 3)).value).toBe(3);
    } finally {
      await client.config('SET', 'maxmemory', '0');
      client.disconnect();
    }
    await eventually(() => {
      expect(cache.degraded).toBe(false);
    });
    await read('room', 4);
    await eventually(() => inValkey('room'));
  });

  it('skips a Valkey that is slow, and asks it again when it is not', async () => {
    const client = new Redis(stack.redisUrl);
    const pause = client.call('CLIENT', 'PAUSE', '1000'); // answers each command a second late
    await pause;
    const values = await Promise.all(Array.from({ length: 20 }, (_, n) => read(`slow-${n}`, n)));
    expect(values.map(({ value }) => value)).toEqual(Array.from({ length: 20 }, (_, n) => n));
    expect(cache.degraded).toBe(true);
    await eventually(() => {
      expect(cache.degraded).toBe(false);
    });
    client.disconnect();
  });
});
