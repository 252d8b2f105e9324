import { randomUUID } from 'node:crypto';
import { redisInsStore, type RedisStore } from 'cache-manager-redis-yet';
import { createClient, defineScript } from '@redis/client';
import type { Logger } from 'pino';
import { Breaker } from '../resilience/breaker.js';
import type { CacheEntry } from './cache-entry.js';
import { STORE } from './shelf.lua.js';

/** The first call that fails opens the breaker. */
const BREAKER = { failures: 1, pauseMs: 500, longestPauseMs: 10_000 };
/** Longer than any entry lives: a forgotten tag voids its entries, never revives them. */
const TAG_TTL_MS = 48 * 3600 * 1000;
const CHANNEL = 'cache:invalidated';
const WARM_CHANNEL = 'cache:warm';
const LOCK_MS = 5_000;
const POPULAR = 'cache:popular';

const USAGE = 'cache:bytes';

const scripts = {
  storeOnShelf: defineScript({
    SCRIPT: STORE,
    NUMBER_OF_KEYS: 5,
    transformArguments: (keys: string[], args: string[]) => [...keys, ...args],
    transformReply: (bytes: number) => bytes,
  }),
};

type Client = ReturnType<typeof connectionTo>;

function connectionTo(url: string) {
  return createClient({
    url,
    disableOfflineQueue: true, // a command without a connection fails at once
    socket: {
      connectTimeout: 2_000,
      reconnectStrategy: (tries: number) => Math.min(100 * 2 ** tries, 2_000),
    },
    scripts,
  });
}

export interface SharedCacheSettings {
  url: string;
  /** Before every key. */
  prefix: string;
  /** What a call may cost a request. */
  deadlineMs: number;
  /** What one tenant may hold; of its own entries those that end first make room. */
  tenantBytes: number;
}

export interface SharedRead {
  entry: CacheEntry | undefined;
  /** The tags' versions now, in the order they were asked for. */
  versions: (string | null)[];
}

/**
 * The second tier: Valkey/Redis through cache-manager's store, shared by every instance. Each tag is a key holding its
 * version, a unique token; an entry is read together with its tags in one MGET, so invalidating is one SET whatever
 * the number of entries, and no late writer can bring an old value back: it carries the versions of before.
 */
export class SharedCache {
  readonly breaker: Breaker;
  private readonly client: Client;
  private readonly subscriber: Client;
  private readonly store: RedisStore;
  /** Invalidations that are not known to be written, numbered: what failed goes first when the store is back. */
  private readonly owed = new Map<string, number>();
  private asked = 0;
  /** The last one that was sent, answered or not. */
  private sent = 0;
  private readonly instance = randomUUID();
  private warm: (() => void) | undefined;

  constructor(
    private readonly settings: SharedCacheSettings,
    logger: Logger,
    private readonly events: {
      /** Somebody invalidated these tags. */
      invalidated: (tags: string[]) => void;
      /** Messages may have been missed: nothing held here can be trusted. */
      gap: () => void;
    },
  ) {
    this.client = connectionTo(settings.url);
    this.subscriber = this.client.duplicate();
    this.store = redisInsStore(this.client as never, {});
    this.breaker = new Breaker({ ...BREAKER, deadlineMs: settings.deadlineMs }, () => this.recover());
    this.breaker.trip('not connected yet');
    this.breaker.on('open', (err) => {
      logger.warn({ err }, 'The cache Redis is skipped until it answers again');
    });
    this.breaker.on('close', () => {
      logger.info('The cache Redis is back');
    });
    this.client.on('error', (error: unknown) => {
      this.breaker.trip(error);
    });
    this.client.on('ready', () => void this.breaker.retryNow());
    this.subscriber.on('ready', () => {
      this.events.gap();
    });
    this.subscriber.on('error', () => undefined); // the client's own listener tells
  }

  /** Never waits for the store: until it is connected, calls fail at once. */
  connect(): void {
    this.client.connect().catch(() => undefined); // the listeners tell, and it goes on trying
    this.subscriber
      .connect()
      .then(() =>
        this.subscriber.subscribe(this.prefix + CHANNEL, (message) => {
          const [instance, ...tags] = JSON.parse(message) as string[];
          if (instance !== this.instance) this.events.invalidated(tags); // its own it has dropped already
        }),
      )
      .then(() => this.warm && this.subscriber.subscribe(this.prefix + WARM_CHANNEL, this.warm))
      .catch(() => undefined);
  }

  /** Calls `listener` when all are told to warm their memory; to be set before `connect`. */
  onWarm(listener: () => void): void {
    this.warm = listener;
  }

  /** Tells every instance that listens to warm its memory. Returns how many were told. */
  async tellToWarm(): Promise<number> {
    return this.breaker.run(() => this.client.publish(this.prefix + WARM_CHANNEL, ''));
  }

  async disconnect(): Promise<void> {
    this.breaker.stop();
    await Promise.allSettled([this.client.disconnect(), this.subscriber.disconnect()]);
  }

  /** The entry if it stands and no tag of it has moved, and the versions to store a new one with. One round trip. */
  async read(key: string, tags: readonly string[]): Promise<SharedRead> {
    const [entry, ...versions] = (await this.breaker.run(() =>
      this.store.mget(this.prefix + key, ...tags.map((tag) => this.tagKey(tag))),
    )) as [CacheEntry | undefined, ...(string | undefined)[]];
    const now = versions.map((version) => version ?? null);
    const valid =
      entry?.versions.length === now.length && entry.versions.every((version, at) => version === now[at]);
    return { entry: valid ? entry : undefined, versions: now };
  }

  /** Stores a tenant's entry and gives back the lock of its load. */
  async write(key: string, entry: CacheEntry, tenant: string): Promise<void> {
    const now = Date.now();
    const ttlMs = entry.staleUntil - now;
    const value = JSON.stringify(entry);
    const bytes = Buffer.byteLength(value);
    if (ttlMs <= 0 || bytes > this.settings.tenantBytes) return this.unlock(key);
    const shelf = ['shelf', 'sizes'].map((part) => `${this.prefix}cache:${part}:${tenant}`);
    const keys = [this.prefix + key, ...shelf, this.prefix + USAGE, this.lockKey(key)];
    const numbers = [ttlMs, bytes, now, this.settings.tenantBytes].map(String);
    await this.breaker.run(() =>
      this.client.storeOnShelf(keys, [value, ...numbers, tenant, String(TAG_TTL_MS)]),
    );
  }

  /** Bytes by tenant, as of the last time each stored something. */
  async usage(): Promise<Map<string, number>> {
    const usage = await this.breaker.run(() => this.client.hGetAll(this.prefix + USAGE));
    return new Map(Object.entries(usage).map(([tenant, bytes]) => [tenant, Number(bytes)]));
  }

  async delete(key: string): Promise<void> {
    await this.breaker.run(() => this.store.del(this.prefix + key));
  }

  /** Voids every entry with one of the tags, here and on every instance. */
  async invalidate(tags: string[]): Promise<void> {
    for (const tag of tags) this.owed.set(tag, ++this.asked);
    await this.breaker.run(() => this.settle());
  }

  /** Whether this instance may load a value that all of them miss. */
  async lock(key: string): Promise<boolean> {
    const answer = await this.breaker.run(() =>
      this.client.set(this.lockKey(key), '1', { NX: true, PX: LOCK_MS }),
    );
    return answer !== null;
  }

  async unlock(key: string): Promise<void> {
    await this.breaker.run(() => this.client.del(this.lockKey(key)));
  }

  /** What was popular, as the last instance noted it. */
  async readPopular<Key>(): Promise<Key[]> {
    return (await this.breaker.run(() => this.store.get<Key[]>(this.prefix + POPULAR))) ?? [];
  }

  async notePopular(keys: object[]): Promise<void> {
    if (keys.length > 0)
      await this.breaker.run(() => this.store.set(this.prefix + POPULAR, keys, TAG_TTL_MS));
  }

  private async recover(): Promise<void> {
    await this.client.ping();
    await this.settle();
  }

  /** Sends what is owed and not under way; what is read after it on this connection is from after it. */
  private async settle(): Promise<void> {
    const due = [...this.owed].filter(([, number]) => number > this.sent);
    if (due.length === 0) return;
    this.sent = this.asked;
    const multi = this.client.multi();
    for (const [tag] of due) multi.set(this.tagKey(tag), JSON.stringify(randomUUID()), { PX: TAG_TTL_MS });
    multi.publish(this.prefix + CHANNEL, JSON.stringify([this.instance, ...due.map(([tag]) => tag)]));
    try {
      await multi.exec();
    } catch (error) {
      this.sent = 0;
      throw error;
    }
    // one that was asked for again meanwhile is another
    for (const [tag, number] of due) if (this.owed.get(tag) === number) this.owed.delete(tag);
  }

  private get prefix(): string {
    return this.settings.prefix;
  }

  private lockKey(key: string): string {
    return `${this.prefix}lock:${key}`;
  }

  private tagKey(tag: string): string {
    return `${this.prefix}tag:${tag}`;
  }
}
