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
  /** What all instances together had counted when Redis last answered. */
  private seen = { used: 0, at: 0 };

  /** Counts a request at `now` (ms, never going back) if the window has room. Returns its entry, else undefined. */
  take(window: RateWindow, now: number): number | undefined {
    this.expire(window, now);
    if (this.total + this.remembered(window, now) >= window.limit) return undefined;
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

  /**
   * Takes over the count of all instances. From then on it is taken to leave evenly over the window, as its times are
   * not known here; what was counted here before is in it.
   */
  observe(used: number, now: number): void {
    this.entries.length = 0;
    this.total = 0;
    this.seen = { used, at: now };
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
    const remembered = this.remembered(window, now);
    const waits = [
      ...(oldest ? [oldest.last + window.windowMs - now] : []),
      ...(remembered > 0 ? [window.windowMs / this.seen.used] : []),
    ];
    return {
      remaining: Math.max(0, window.limit - this.total - remembered),
      resetMs: waits.length > 0 ? Math.min(...waits) : 0,
    };
  }

  private remembered({ windowMs }: RateWindow, now: number): number {
    if (this.seen.used === 0) return 0;
    return Math.max(0, Math.ceil(this.seen.used * (1 - (now - this.seen.at) / windowMs)));
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
