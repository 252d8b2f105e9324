import { Redis } from 'ioredis';
import { setTimeout as pause } from 'node:timers/promises';
import type { CacheService } from '../../src/platform/cache/cache.service.js';
import { connected, newCache } from '../support/caches.js';
import { eventually } from '../support/eventually.js';
import { testStack, type TestStack } from '../support/stack.js';

const key = (id: string, more: object = {}) => ({
  resource: 'thing',
  tenant: 'shop',
  id,
  tags: [`tag-${id}`],
  ttlMs: 60_000,
  ...more,
});

/** A load that waits to be let go, so that a test decides what happens meanwhile. */
function held<T>(value: () => T): { load: () => Promise<T>; started: Promise<void>; release: () => void } {
  let begin!: () => void;
  let release!: () => void;
  const started = new Promise<void>((resolve) => (begin = resolve));
  const gate = new Promise<void>((resolve) => (release = resolve));
  const load = async () => {
    const read = value();
    begin();
    await gate;
    return read;
  };
  return { load, started, release };
}

describe('the two-tier cache, two instances on one Valkey', () => {
  let stack: TestStack;
  let one: CacheService;
  let two: CacheService;

  beforeAll(async () => {
    stack = await testStack();
    // a busy machine may take longer for a call than production allows, and both would load
    const env = { ...stack.env, CACHE_DEADLINE_MS: '5000', CACHE_TENANT_SHARED_BYTES: '50000' };
    one = newCache(env);
    two = newCache(env);
    await Promise.all([connected(one), connected(two)]);
  });
  afterAll(async () => {
    await one.onApplicationShutdown();
    await two.onApplicationShutdown();
    await stack.release();
  });

  it('runs one load for a stampede over both instances', async () => {
    let loads = 0;
    const load = async () => {
      loads++;
      await pause(100);
      return 'value';
    };
    const answers = await Promise.all(
      Array.from({ length: 500 }, (_, n) => (n % 2 ? one : two).getOrSet(key('stampede'), load)),
    );
    expect(new Set(answers.map(({ value }) => value))).toEqual(new Set(['value']));
    expect(loads).toBe(1);
  });

  it('serves a second read from memory and a second instance from Valkey', async () => {
    await one.getOrSet(key('tiers'), () => Promise.resolve(1));
    const fail = () => Promise.reject(new Error('must not load'));
    expect((await one.getOrSet(key('tiers'), fail)).result).toBe('l1');
    await eventually(async () => {
      expect((await two.getOrSet(key('tiers'), fail)).result).toBe('l2');
    });
    expect((await two.getOrSet(key('tiers'), fail)).result).toBe('l1');
  });

  it('shows a write to the next read here at once and on the other instance soon', async () => {
    let stored = 'old';
    const load = () => Promise.resolve(stored);
    await one.getOrSet(key('write'), load);
    await two.getOrSet(key('write'), load);
    stored = 'new';
    await one.invalidateTags('tag-write');
    expect((await one.getOrSet(key('write'), load)).value).toBe('new');
    await eventually(async () => {
      expect((await two.getOrSet(key('write'), load)).value).toBe('new');
    });
  });

  it('tells of each write once, however many are told of at the moment', async () => {
    const told: string[] = [];
    const listener = new Redis(stack.env['REDIS_URL']);
    listener.on('pmessage', (_pattern, _channel, message: string) => {
      if (message.includes('told-')) told.push(...(JSON.parse(message) as string[]).slice(1));
    });
    await listener.psubscribe('*');
    const tags = Array.from({ length: 50 }, (_, n) => `told-${n}`);
    await Promise.all(tags.map((tag) => one.invalidateTags(tag)));
    await eventually(() => {
      expect(new Set(told).size).toBe(tags.length);
    });
    listener.disconnect();
    expect(told).toHaveLength(tags.length);
  });

  it('lets no reader that loaded before a write bring the old value back', async () => {
    let stored = 'old';
    const slow = held(() => stored);
    const reader = two.getOrSet(key('race'), slow.load);
    await slow.started; // it has read the old value
    stored = 'new';
    await one.invalidateTags('tag-race');
    slow.release();
    expect((await reader).value).toBe('old'); // it began before the write
    await eventually(async () => {
      expect((await two.getOrSet(key('race'), () => Promise.resolve(stored))).value).toBe('new');
    });
    expect((await one.getOrSet(key('race'), () => Promise.resolve(stored))).value).toBe('new');
  });

  it('lets no reader that came after a write join a load from before it', async () => {
    let stored = 'old';
    const slow = held(() => stored);
    const early = one.getOrSet(key('join'), slow.load);
    await slow.started;
    stored = 'new';
    await one.invalidateTags('tag-join');
    const late = one.refresh(key('join'), () => Promise.resolve(stored));
    slow.release();
    expect((await late).value).toBe('new');
    await early;
    expect((await one.getOrSet(key('join'), () => Promise.resolve('unused'))).value).toBe('new');
  });

  it('survives a thousand racing reads and writes with the last write seen', async () => {
    let stored = 0;
    const load = async () => {
      const read = stored;
      await pause(Math.random() * 3);
      return read;
    };
    for (let n = 1; n <= 100; n++) {
      const reads = Array.from({ length: 10 }, (_, i) => (i % 2 ? one : two).getOrSet(key('many'), load));
      stored = n;
      await (n % 2 ? one : two).invalidateTags('tag-many');
      expect((await (n % 2 ? one : two).getOrSet(key('many'), load)).value).toBe(n);
      await Promise.all(reads);
    }
    await eventually(async () => {
      expect((await one.getOrSet(key('many'), load)).value).toBe(100);
      expect((await two.getOrSet(key('many'), load)).value).toBe(100);
    });
  });

  it('serves a stale value at once and loads the next behind it', async () => {
    let stored = 'old';
    const load = () => Promise.resolve(stored);
    const short = key('stale', { ttlMs: 1, staleMs: 60_000 });
    await one.getOrSet(short, load);
    stored = 'new';
    await pause(5);
    expect(await one.getOrSet(short, load)).toMatchObject({ value: 'old', result: 'stale' });
    await eventually(async () => {
      expect((await one.getOrSet(short, load)).value).toBe('new');
    });
  });

  it('remembers that there is nothing', async () => {
    let loads = 0;
    const load = () => Promise.resolve((loads++, null));
    await one.getOrSet(key('nothing'), load);
    expect((await one.getOrSet(key('nothing'), load)).value).toBeNull();
    expect(loads).toBe(1);
  });

  it('keeps out what nobody asks for twice, once a tenant asks for little else', async () => {
    const crawler = (n: number) => key(`page-${n}`, { tenant: 'crawled', tags: ['tag-crawled'] });
    const load = () => Promise.resolve('page');
    for (let n = 0; n < 200; n++) await one.getOrSet(crawler(n), load);
    expect((await one.getOrSet(crawler(0), load)).result).toBe('l1'); // from before it was known
    for (let n = 200; n < 400; n++) await one.getOrSet(crawler(n), load);
    const held = (await one.report()).tenants.find(({ tenant }) => tenant === 'crawled');
    expect(held?.entries).toBeLessThan(200);

    const popular = crawler(1_000);
    expect((await one.getOrSet(popular, load)).result).toBe('miss');
    expect((await one.getOrSet(popular, load)).result).toBe('miss'); // the second time earns it a place
    expect((await one.getOrSet(popular, load)).result).toBe('l1');
    await one.getOrSet(crawler(2_000), load);
    expect((await one.getOrSet(crawler(2_000), load)).result).toBe('l1'); // it is read: all are let in again
  });

  it("takes from a tenant over its quota in Valkey entries of its own, and nobody else's", async () => {
    const of = (tenant: string, n: number) => key(`page-${n}`, { tenant, tags: [`tag-${tenant}`] });
    const page = 'x'.repeat(9_000);
    const load = () => Promise.resolve(page);
    const absent = () => Promise.resolve('loaded anew');
    await one.getOrSet(of('modest', 0), load);
    for (let n = 0; n < 12; n++) {
      await one.getOrSet(of('greedy', n), load);
      await eventually(async () => {
        expect(await two.get(of('greedy', n))).toBe(page);
      });
    }
    const { tenants } = await one.report();
    const greedy = tenants.find(({ tenant }) => tenant === 'greedy');
    expect(greedy?.sharedBytes).toBeGreaterThan(9_000);
    expect(greedy?.sharedBytes).toBeLessThanOrEqual(50_000);
    const fresh = newCache({ ...stack.env, CACHE_DEADLINE_MS: '5000' });
    await connected(fresh);
    expect((await fresh.getOrSet(of('modest', 0), absent)).value).toBe(page);
    expect((await fresh.getOrSet(of('greedy', 11), absent)).value).toBe(page);
    // which of the others went is by the end of their time, and that is jittered
    const kept = Array.from({ length: 12 }, async (_, n) => (await fresh.get(of('greedy', n))) === page);
    expect((await Promise.all(kept)).filter(Boolean).length).toBeLessThan(6);
    await fresh.onApplicationShutdown();
  });

  describe('warming', () => {
    const asked = async (cache: CacheService, of: ReturnType<typeof key>, load: () => Promise<unknown>) => {
      for (const _ of [1, 2, 3]) await cache.getOrSet(of, load);
    };
    const started = async (): Promise<CacheService> => {
      const cache = newCache({ ...stack.env, CACHE_DEADLINE_MS: '5000' });
      await connected(cache);
      return cache;
    };

    it('gives an instance that starts what was popular on those before it', async () => {
      const before = await started();
      await asked(before, key('popular'), () => Promise.resolve('liked'));
      expect(await before.warmPopular()).toBe(0); // it is fresh; that it is popular is noted
      await before.onApplicationShutdown();
      const after = await started();
      await eventually(async () => {
        expect(await after.warmFromShared()).toBe(1);
      });
      const fail = () => Promise.reject(new Error('must not load'));
      expect(await after.getOrSet(key('popular'), fail)).toMatchObject({ value: 'liked', result: 'l1' });
      await after.onApplicationShutdown();
    });

    it('loads what is popular anew before it expires, and what nobody asks for again not', async () => {
      const cache = await started();
      const loads = { popular: 0, once: 0 };
      const short = { ttlMs: 200 };
      await cache.getOrSet(key('once', short), () => Promise.resolve(++loads.once));
      await asked(cache, key('often', short), () => Promise.resolve(++loads.popular));
      const had = loads.popular;
      await pause(short.ttlMs); // past half its life, whatever the jitter
      expect(await cache.warmPopular()).toBe(1);
      expect(loads).toEqual({ popular: had + 1, once: 1 });
      await cache.onApplicationShutdown();
    });
  });

  it('caches no failure', async () => {
    await expect(one.getOrSet(key('fails'), () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect((await one.getOrSet(key('fails'), () => Promise.resolve('yes'))).value).toBe('yes');
  });

  it('keeps tenants and resources apart', async () => {
    await one.getOrSet(key('same', { tenant: 'a' }), () => Promise.resolve('of a'));
    const other = await one.getOrSet(key('same', { tenant: 'b' }), () => Promise.resolve('of b'));
    expect(other.value).toBe('of b');
  });
});
