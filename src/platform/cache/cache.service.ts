import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import type { Logger } from 'pino';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import { Metrics } from '../observability/metrics.js';
import { LOGGER } from '../observability/observability.module.js';
import { Admission } from './admission.js';
import { entryOf, freshness, nameOf, type CacheEntry, type CacheKey, type Versions } from './cache-entry.js';
import { reportOf, type CacheReport } from './cache-report.js';
import { CacheStats, type CacheResult } from './cache-stats.js';
import { Flights } from './flights.js';
import { MemoryTier } from './memory-tier.js';
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
  private readonly memory: MemoryTier;
  private readonly shared: SharedCache;
  private readonly tags = new TagClock();
  private readonly popular = new PopularKeys<CacheKey>();
  private readonly admission = new Admission();
  private readonly flights = new Flights(this.tags);
  private sweeping: NodeJS.Timeout | undefined;
  private readonly listeners: ((tags: readonly string[]) => void)[] = [];

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
    readonly stats: CacheStats,
    metrics: Metrics,
  ) {
    const { cache } = config;
    const limits = { maxBytes: cache.memoryBytes, maxTenantBytes: cache.tenantMemoryBytes };
    this.memory = new MemoryTier(limits, cache.memoryTtlMs, this.tags);
    const { url, deadlineMs, tenantSharedBytes: tenantBytes } = cache;
    this.shared = new SharedCache(
      { url, deadlineMs, tenantBytes, prefix: `${config.queue.prefix}:` },
      logger,
      {
        invalidated: (tags) => {
          this.dropLocally(tags);
        },
        gap: () => {
          this.tags.moveAll();
        },
      },
    );
    metrics.gauge('cache_memory_bytes', 'Bytes held in process memory', () => this.memoryBytes);
    metrics.gauge('cache_degraded', '1 while the shared tier is skipped', () => (this.degraded ? 1 : 0));
  }

  onModuleInit(): void {
    this.shared.connect();
    const sweep = () => {
      this.memory.cache.sweep(Date.now());
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

  /** Bytes held in this process's memory. */
  get memoryBytes(): number {
    return this.memory.cache.bytes;
  }

  /** What this instance holds, how often it hit, and what the shared tier holds of each tenant. */
  async report(): Promise<CacheReport> {
    const shared = await this.shared.usage().catch(() => new Map<string, number>());
    return reportOf(this.degraded, this.memory.cache, shared, this.stats);
  }

  /** The cached value, or undefined. Counts nothing and loads nothing. */
  async get(key: CacheKey): Promise<unknown> {
    const found = this.memory.find(key) ?? (await this.inShared(key)).entry;
    return found && freshness(found, Date.now()) !== 'void' ? found.value : undefined;
  }

  async set(key: CacheKey, value: unknown): Promise<void> {
    const begun = this.tags.now();
    const { versions } = await this.inShared(key);
    this.keep(key, entryOf(key, value, versions), begun);
  }

  async delete(key: CacheKey): Promise<void> {
    this.memory.delete(key);
    await this.shared.delete(nameOf(key)).catch(() => undefined);
  }

  /**
   * The value from the nearest tier, or loaded once. A value past its time but within its grace is given at once
   * and loaded anew behind it. What `load` throws is thrown and never cached.
   */
  async getOrSet<T>(key: CacheKey, load: () => Promise<T>): Promise<Cached<T>> {
    const near = this.memory.find(key);
    if (near) return this.answer<T>(key, near, 'l1', load);
    const begun = this.tags.now();
    if (!this.admission.admits(key))
      return this.missed(key, await this.flights.join(nameOf(key), key.tags, () => this.pass(key, load)));
    const far = await this.inShared(key);
    if (far.entry && freshness(far.entry, Date.now()) !== 'void') {
      this.memory.keep(key, far.entry, begun);
      return this.answer<T>(key, far.entry, 'l2', load);
    }
    return this.missed(key, await this.load(key, load, far.versions));
  }

  /** The fresh value in this process's memory, counted as a hit; undefined when that takes more than a look. */
  hit<T>(key: CacheKey): Cached<T> | undefined {
    const near = this.memory.find(key);
    if (!near || freshness(near, Date.now()) !== 'fresh') return undefined;
    this.popular.again(nameOf(key));
    this.admission.read(key);
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
      this.memory.keep(key, entry, begun);
      warmed++;
    }
    return warmed;
  }

  /** Loads anew what is popular here and past half its life, and notes the popular for the next start. */
  async warmPopular(): Promise<number> {
    const top = this.popular.takeTop(WARM);
    let warmed = 0;
    for (const { key, load } of top) {
      const held = this.memory.find(key) ?? (await this.inShared(key)).entry;
      if (held && Date.now() < (held.storedAt + held.freshUntil) / 2) continue;
      await this.load(key, load);
      warmed++;
    }
    await this.shared.notePopular(top.map(({ key }) => key)).catch(() => undefined);
    return warmed;
  }

  /** Calls `listener` when all instances are told to warm their memory; to be set while the container is made. */
  onWarm(listener: () => void): void {
    this.shared.onWarm(listener);
  }

  /** Tells every instance that answers requests to warm its memory. Returns how many were told. */
  async tellToWarm(): Promise<number> {
    return this.shared.tellToWarm();
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
    this.admission.read(key);
    this.stats.count(key.resource, key.tenant, stale ? 'stale' : tier);
    if (stale) {
      this.load(key, load).catch((err: unknown) => {
        this.logger.warn({ err, resource: key.resource }, 'A stale value could not be loaded anew');
      });
    }
    return { value: entry.value as T, result: stale ? 'stale' : tier, storedAt: entry.storedAt };
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

  private missed<T>(key: CacheKey, { value, storedAt }: CacheEntry): Cached<T> {
    this.stats.count(key.resource, key.tenant, 'miss');
    return { value: value as T, result: 'miss', storedAt };
  }

  private load(key: CacheKey, load: () => Promise<unknown>, versions?: Versions): Promise<CacheEntry> {
    return this.flights.join(nameOf(key), key.tags, (begun) => this.loadAlone(key, load, begun, versions));
  }

  /** Loads what is not admitted: neither tier hears of it. */
  private async pass(key: CacheKey, load: () => Promise<unknown>): Promise<CacheEntry> {
    return entryOf(key, await load());
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
    let entry: CacheEntry | undefined;
    try {
      entry = entryOf(key, await load(), before);
      return entry;
    } finally {
      const kept = entry && this.keep(key, entry, begun);
      if (mine && !kept) this.shared.unlock(name).catch(() => undefined);
    }
  }

  private async awaitOther(key: CacheKey): Promise<CacheEntry | undefined> {
    const deadline = Date.now() + LOCK_PATIENCE_MS;
    while (Date.now() < deadline && !this.degraded) {
      await new Promise((resolve) => setTimeout(resolve, LOCK_POLL_MS));
      const begun = this.tags.now();
      const { entry } = await this.inShared(key);
      if (entry && freshness(entry, Date.now()) === 'fresh') {
        this.memory.keep(key, entry, begun);
        return entry;
      }
    }
    return undefined;
  }

  /**
   * Keeps a value here, and begins to in the shared tier, unless one of its tags moved while it was loaded: it may be
   * from before the write. Whether the shared tier is told, and gives back the lock.
   */
  private keep(key: CacheKey, entry: CacheEntry, begun: number): boolean {
    if (this.tags.movedAfter(key.tags, begun)) return false;
    this.admission.stored(key);
    this.memory.keep(key, entry, begun);
    if (entry.versions.length !== key.tags.length) return false;
    this.shared.write(nameOf(key), entry, key.tenant).catch(() => undefined); // the breaker has told
    return true;
  }
}
