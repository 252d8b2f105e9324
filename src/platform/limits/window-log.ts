import { grainMs, type RateWindow, type WindowState } from './quota.js';

interface Entry {
  id: number;
  first: number;
  last: number;
  count: number;
}

/** The requests of one caller in memory: the same log as `window-log.lua.ts` keeps in Redis. */
export class WindowLog {
  private readonly entries: Entry[] = [];
  private total = 0;
  private nextId = 1;

  /** Counts a request at `now` (ms, never going back) if the window has room. Returns its entry, else undefined. */
  take(window: RateWindow, now: number): number | undefined {
    this.expire(window, now);
    if (this.total >= window.limit) return undefined;
    this.total++;
    const newest = this.entries.at(-1);
    if (newest && now - newest.first <= grainMs(window)) {
      newest.count++;
      newest.last = now;
      return newest.id;
    }
    this.entries.push({ id: this.nextId, first: now, last: now, count: 1 });
    return this.nextId++;
  }

  /** Gives a counted request back. */
  refund(id: number): void {
    const entry = this.entries.find((candidate) => candidate.id === id);
    if (!entry || entry.count === 0) return;
    entry.count--;
    this.total--;
  }

  state(window: RateWindow, now: number): WindowState {
    this.expire(window, now);
    const oldest = this.entries[0];
    return {
      remaining: Math.max(0, window.limit - this.total),
      resetMs: oldest ? oldest.last + window.windowMs - now : 0,
    };
  }

  /** A request leaves when a whole window has passed since it; an entry without requests leaves with its turn. */
  private expire({ windowMs }: RateWindow, now: number): void {
    let oldest = this.entries[0];
    while (oldest && (now - oldest.last >= windowMs || oldest.count === 0)) {
      this.total -= oldest.count;
      this.entries.shift();
      oldest = this.entries[0];
    }
  }
}
