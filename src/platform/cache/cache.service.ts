import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import type { Logger } from 'pino';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import { Metrics } from '../observability/metrics.js';
import { LOGGER } from '../observability/observability.module.js';
import { freshness, nameOf, sizeOf, timesFrom, type CacheEntry, type CacheKey } from './cache-entry.js';
import { reportOf, type CacheReport } from './cache-report.js';
import { CacheStats, type CacheResult } from './cache-stats.js';
import { MemoryCache } from './memory-cache.js';
import { PopularKeys } from './popular.js';
import { SharedCache } from './shared-cache.js';
import { TagClock } from './tag-clock.js';

/** How many entries are kept warm. */
const WARM = 200;

export interface Cached<T> {
  value: T;
  result: CacheResult;
  storedAt: number;
}

/** What the tags' versions were, in order. */
type Versions = (string | null)[];

const SWEEP_AT_LEAST_MS = 1_000;
const LOCK_POLL_MS = 20;
const LOCK_PATIENCE_MS = 1_000;

/**
 * Two tiers before the database: this process's memory, then Valkey/Redis. A value is loaded once however many ask for
 * it at once, here and on every instance; it is void everywhere as soon as a tag of it is invalidated. Without the
 * second tier the first goes on alone.
 */
@Injectable()
export class CacheService implements OnModuleInit, OnApplicationShutdown {
  private readonly memory: MemoryCache;
  private readonly shared: SharedCache;
  private readonly tags = new TagClock();
  private readonly popular = new PopularKeys<CacheKey>();
  private readonly loading = new Map<string, { begun: number; entry: Promise<CacheEntry> }>();
  private sweeping: NodeJS.Timeout | undefined;
  private readonly listeners: ((tags: readonly string[]) => void)[] = [];

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
    readonly stats: CacheStats,
    metrics: Metrics,
  ) {
    const { cache } = config;
    this.memory = new MemoryCache({ maxBytes: cache.memoryBytes, maxTenantBytes: cache.tenantMemoryBytes });
    this.shared = new SharedCache(cache.url, `${config.queue.prefix}:`, logger, {
      invalidated: (tags) => {
        this.dropLocally(tags);
      },
      gap: () => {
        this.tags.moveAll();
      },
    });
    metrics.gauge('cache_memory_bytes', 'Bytes held in process memory', () => this.memory.bytes);
    metrics.gauge('cache_degraded', '1 while the shared tier is skipped', () => (this.degraded ? 1 : 0));
  }

  onModuleInit(): void {
    this.shared.connect();
    const sweep = () => {
      this.memory.sweep(Date.now());
    };
    this.sweeping = setInterval(sweep, Math.max(this.config.cache.memoryTtlMs, SWEEP_AT_LEAST_MS)).unref();
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.sweeping);
    await this.shared.disconnect();
  }

  /** Whether the shared tier is skipped right now. */
  get degraded(): boolean {
    return this.shared.breaker.isOpen;
  }

  /** What this instance holds and how often it hit. */
  report(): CacheReport {
    return reportOf(this.degraded, this.memory, this.stats);
  }

  /** The cached value, or undefined. Counts nothing and loads nothing. */
  async get(key: CacheKey): Promise<unknown> {
    const found = this.inMemory(key) ?? (await this.inShared(key)).entry;
    return found && freshness(found, Date.now()) !== 'void' ? found.value : undefined;
  }

  async set(key: CacheKey, value: unknown): Promise<void> {
    const begun = this.tags.now();
    const { versions } = await this.inShared(key);
    await this.store(key, this.entryOf(key, value, versions), begun);
  }

  async delete(key: CacheKey): Promise<void> {
    this.memory.delete(key.tenant, nameOf(key));
    await this.shared.delete(nameOf(key)).catch(() => undefined);
  }

  /**
   * The value from the nearest tier, or loaded once. A value past its time but within its grace is given at once
   * and loaded anew behind it. What `load` throws is thrown and never cached.
   */
  async getOrSet<T>(key: CacheKey, load: () => Promise<T>): Promise<Cached<T>> {
    const near = this.inMemory(key);
    if (near) return this.answer<T>(key, near, 'l1', load);
    const begun = this.tags.now();
    const far = await this.inShared(key);
    if (far.entry && freshness(far.entry, Date.now()) !== 'void') {
      this.remember(key, far.entry, begun);
      return this.answer<T>(key, far.entry, 'l2', load);
    }
    const entry = await this.load(key, load, far.versions);
    this.stats.count(key.resource, key.tenant, 'miss');
    return { value: entry.value as T, result: 'miss', storedAt: entry.storedAt };
  }

  /** The fresh value in this process's memory, counted as a hit; undefined when that takes more than a look. */
  hit<T>(key: CacheKey): Cached<T> | undefined {
    const near = this.inMemory(key);
    if (!near || freshness(near, Date.now()) !== 'fresh') return undefined;
    this.popular.again(nameOf(key));
    this.stats.count(key.resource, key.tenant, 'l1');
    return { value: near.value as T, result: 'l1', storedAt: near.storedAt };
  }

  /** Loads anew whatever is cached, and caches that. */
  async refresh<T>(key: CacheKey, load: () => Promise<T>): Promise<Cached<T>> {
    const entry = await this.load(key, load);
    return { value: entry.value as T, result: 'miss', storedAt: entry.storedAt };
  }

  /**
   * Voids every value with one of the tags. Call it after the write is committed. On return this instance serves none
   * of them; the others follow with the message, at the latest when their copy's short life ends.
   */
  async invalidateTags(...tags: string[]): Promise<void> {
    this.dropLocally(tags);
    await this.shared.invalidate(tags).catch(() => undefined); // owed, and paid before the tier is read again
  }

  /** Takes what was noted as popular from the shared tier into memory. Returns how many entries. */
  async warmFromShared(): Promise<number> {
    await this.shared.breaker.closed();
    let warmed = 0;
    for (const key of await this.shared.readPopular<CacheKey>()) {
      const begun = this.tags.now();
      const { entry } = await this.inShared(key);
      if (!entry || freshness(entry, Date.now()) === 'void') continue;
      this.remember(key, entry, begun);
      warmed++;
    }
    return warmed;
  }

  /** Loads anew what is popular here and past half its life, and notes the popular for the next start. */
  async warmPopular(): Promise<number> {
    const top = this.popular.takeTop(WARM);
    let warmed = 0;
    for (const { key, load } of top) {
      const held = this.inMemory(key) ?? (await this.inShared(key)).entry;
      if (held && Date.now() < (held.storedAt + held.freshUntil) / 2) continue;
      await this.load(key, load);
      warmed++;
    }
    await this.shared.notePopular(top.map(({ key }) => key)).catch(() => undefined);
    return warmed;
  }

  /** Calls `listener` for every invalidation, by whichever instance. */
  onInvalidated(listener: (tags: readonly string[]) => void): void {
    this.listeners.push(listener);
  }

  private dropLocally(tags: readonly string[]): void {
    this.tags.move(tags);
    for (const listener of this.listeners) listener(tags);
  }

  private answer<T>(key: CacheKey, entry: CacheEntry, tier: 'l1' | 'l2', load: () => Promise<T>): Cached<T> {
    const stale = freshness(entry, Date.now()) === 'stale';
    this.popular.count(nameOf(key), key, load);
    this.stats.count(key.resource, key.tenant, stale ? 'stale' : tier);
    if (stale) {
      this.load(key, load).catch((err: unknown) => {
        this.logger.warn({ err, resource: key.resource }, 'A stale value could not be loaded anew');
      });
    }
    return { value: entry.value as T, result: stale ? 'stale' : tier, storedAt: entry.storedAt };
  }

  private inMemory(key: CacheKey): CacheEntry | undefined {
    const name = nameOf(key);
    const entry = this.memory.get(key.tenant, name, Date.now());
    if (!entry) return undefined;
    if (freshness(entry, Date.now()) !== 'void' && !this.tags.movedSince(entry.tags, entry)) return entry;
    this.memory.delete(key.tenant, name);
    return undefined;
  }

  private async inShared(
    key: CacheKey,
  ): Promise<{ entry: CacheEntry | undefined; versions: Versions | undefined }> {
    try {
      return await this.shared.read(nameOf(key), key.tags);
    } catch {
      return { entry: undefined, versions: undefined }; // the breaker has told
    }
  }

  /** Joins a load that is under way, unless it began before a write the caller must see. */
  private load(key: CacheKey, load: () => Promise<unknown>, versions?: Versions): Promise<CacheEntry> {
    const name = nameOf(key);
    const running = this.loading.get(name);
    if (running && !this.tags.movedAfter(key.tags, running.begun)) return running.entry;
    const begun = this.tags.now();
    const own = { begun, entry: this.loadAlone(key, load, begun, versions) };
    this.loading.set(name, own);
    const done = () => {
      if (this.loading.get(name) === own) this.loading.delete(name);
    };
    own.entry.then(done, done);
    return own.entry;
  }

  /**
   * One instance loads, the others wait a little for its result and load themselves if it does not come. `versions`
   * are those of the tags before the load, if they were read already. The answer does not wait for the store.
   */
  private async loadAlone(
    key: CacheKey,
    load: () => Promise<unknown>,
    begun: number,
    versions?: Versions,
  ): Promise<CacheEntry> {
    const name = nameOf(key);
    const before = versions ?? (await this.inShared(key)).versions;
    const mine = before && (await this.shared.lock(name).catch(() => undefined));
    if (mine === false) {
      const theirs = await this.awaitOther(key);
      if (theirs) return theirs;
    }
    let stored: Promise<void> = Promise.resolve();
    try {
      const entry = this.entryOf(key, await load(), before);
      stored = this.store(key, entry, begun);
      return entry;
    } finally {
      if (mine) void stored.then(() => this.shared.unlock(name)).catch(() => undefined);
    }
  }

  private async awaitOther(key: CacheKey): Promise<CacheEntry | undefined> {
    const deadline = Date.now() + LOCK_PATIENCE_MS;
    while (Date.now() < deadline && !this.degraded) {
      await new Promise((resolve) => setTimeout(resolve, LOCK_POLL_MS));
      const begun = this.tags.now();
      const { entry } = await this.inShared(key);
      if (entry && freshness(entry, Date.now()) === 'fresh') {
        this.remember(key, entry, begun);
        return entry;
      }
    }
    return undefined;
  }

  /** Keeps a value unless one of its tags moved while it was loaded: it may be from before the write. */
  private async store(key: CacheKey, entry: CacheEntry, begun: number): Promise<void> {
    if (this.tags.movedAfter(key.tags, begun)) return;
    this.remember(key, entry, begun);
    if (entry.versions.length === key.tags.length)
      await this.shared.write(nameOf(key), entry).catch(() => undefined);
  }

  /** Keeps a copy here that was valid at `begun`: a tag that moved since voids it when it is asked for. */
  private remember(key: CacheKey, entry: CacheEntry, begun: number): void {
    const until = Math.min(entry.staleUntil, Date.now() + this.config.cache.memoryTtlMs);
    this.tags.stamp(entry, begun);
    this.memory.set(key.tenant, nameOf(key), entry, sizeOf(entry), until);
  }

  private entryOf(key: CacheKey, value: unknown, versions: Versions | undefined): CacheEntry {
    const ttlMs = value === null ? (key.negativeTtlMs ?? key.ttlMs) : key.ttlMs;
    return {
      value,
      tags: key.tags,
      versions: versions ?? [],
      ...timesFrom(Date.now(), { ttlMs, staleMs: key.staleMs ?? 0 }),
    };
  }
}
