import { LRUCache } from 'lru-cache';

/** Each holds on to the request it was last asked for by. */
const MAX_TRACKED = 500;

interface Popular<Key> {
  key: Key;
  load: () => Promise<unknown>;
  asked: number;
}

/**
 * Counts what is asked for again, so that what is popular can be kept warm. What is asked for once is not counted: it
 * would push out what is popular.
 */
export class PopularKeys<Key> {
  private readonly counts = new LRUCache<string, Popular<Key>>({ max: MAX_TRACKED });

  count(name: string, key: Key, load: () => Promise<unknown>): void {
    const known = this.counts.get(name);
    if (known) {
      known.asked++;
      known.load = load; // the newest: an old one holds on to its request
    } else {
      this.counts.set(name, { key, load, asked: 1 });
    }
  }

  /** Counts what is known already. */
  again(name: string): void {
    const known = this.counts.get(name);
    if (known) known.asked++;
  }

  /** The most asked for, most first; the counts are halved, so that yesterday's favourites fade. */
  takeTop(most: number): Popular<Key>[] {
    const all = [...this.counts.values()].filter(({ asked }) => asked > 0);
    for (const one of this.counts.values()) one.asked = Math.floor(one.asked / 2);
    return all.sort((a, b) => b.asked - a.asked).slice(0, most);
  }
}
