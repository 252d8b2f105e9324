import type { CacheEntry } from './cache-entry.js';
import type { TagClock } from './tag-clock.js';

/** Loads under way in this process: who asks for the same meanwhile waits for the same load. */
export class Flights {
  private readonly flying = new Map<string, { begun: number; entry: Promise<CacheEntry> }>();

  constructor(private readonly clock: TagClock) {}

  /** Joins a load that is under way, unless it began before a write the caller must see; else `make` begins one. */
  join(
    name: string,
    tags: readonly string[],
    make: (begun: number) => Promise<CacheEntry>,
  ): Promise<CacheEntry> {
    const running = this.flying.get(name);
    if (running && !this.clock.movedAfter(tags, running.begun)) return running.entry;
    const begun = this.clock.now();
    const own = { begun, entry: make(begun) };
    this.flying.set(name, own);
    const landed = () => {
      if (this.flying.get(name) === own) this.flying.delete(name);
    };
    own.entry.then(landed, landed);
    return own.entry;
  }
}
