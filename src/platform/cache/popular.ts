import { LRUCache } from 'lru-cache';

const MAX_TRACKED = 2_000;

interface Popular<Key> {
  key: Key;
  load: () => Promise<unknown>;
  asked: number;
}

/** Counts what is asked for, so that what is popular can be kept warm. */
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
    const all = [...this.counts.values()].filter(({ asked }) => asked > 1);
    for (const one of this.counts.values()) one.asked = Math.floor(one.asked / 2);
    return all.sort((a, b) => b.asked - a.asked).slice(0, most);
  }
}
