import DataLoader from 'dataloader';
import type { CacheService } from './cache.service.js';

export interface LookupOptions<T> {
  /** What is cached; statistics are kept by it. */
  resource: string;
  ttlSeconds: number;
  /** Whatever changes the value of this key invalidates one of these. */
  tags: (key: string) => string[];
  /** The values of many keys by one query; null where there is none. They must survive JSON. */
  load: (keys: readonly string[]) => Promise<(T | null)[]>;
}

/** Values by key from the cache; what is missing in it is loaded together, so that many keys cost one query. */
export class CachedLookup<T> {
  private readonly loader: DataLoader<string, T | null>;

  constructor(
    private readonly cache: CacheService,
    private readonly options: LookupOptions<T>,
  ) {
    // answers of the shared tier come within one turn: whoever misses there waits for the others
    this.loader = new DataLoader(options.load, {
      cache: false,
      maxBatchSize: 500,
      batchScheduleFn: (run) => setImmediate(run),
    });
  }

  /** The values that exist, in the order of the keys. */
  async getMany(keys: readonly string[]): Promise<T[]> {
    const values = await Promise.all(keys.map((key) => this.get(key)));
    return values.filter((value) => value !== null);
  }

  async get(key: string): Promise<T | null> {
    const { resource, ttlSeconds, tags } = this.options;
    const { value } = await this.cache.getOrSet<T | null>(
      { resource, tenant: 'system', id: key, tags: tags(key), ttlMs: ttlSeconds * 1_000 },
      () => this.loader.load(key),
    );
    return value;
  }
}
