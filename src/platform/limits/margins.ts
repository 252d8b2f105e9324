import { LRUCache } from 'lru-cache';
import type { Quota, Verdict } from './quota.js';

/** How old a count may be to vouch for more requests. */
const FRESH_MS = 100;
/** What comes in such a time is counted together. */
const GATHER_MS = 5;
/** Of the limit: what must be left, and what this instance may let through before it is counted. */
const FAR = 1 / 10;
const AHEAD = 1 / 100;
const MOST_CALLERS = 10_000;

/** Counts `requests` at once, and has the shared verdict on the last of them noted. Never rejects. */
export type Count = (key: string, quota: Quota, requests: number) => Promise<void>;

interface Margin {
  quota: Quota;
  verdict: Verdict;
  at: number;
  /** Let through, and not part of the verdict. */
  ahead: number;
}

/**
 * Lets requests of callers far from their limit through before they are counted: waiting for a count that cannot
 * refuse costs more than answering. At most a hundredth of the limit is ahead on an instance, so a caller gets no more
 * than that beyond its limit, and callers of small limits wait for each count.
 */
export class Margins {
  private readonly callers = new LRUCache<string, Margin>({ max: MOST_CALLERS });

  constructor(
    private readonly count: Count,
    private readonly clock: () => number = () => performance.now(),
  ) {}

  /** A verdict of the count that all instances share. */
  note(key: string, quota: Quota, verdict: Verdict): void {
    if (quota.limit * AHEAD < 1) return;
    const margin = this.callers.get(key);
    if (margin && isSame(margin.quota, quota)) {
      margin.verdict = verdict;
      margin.at = this.clock();
    } else {
      this.callers.set(key, { quota, verdict, at: this.clock(), ahead: 0 });
    }
  }

  /** What the count will say of another request; undefined when that is to be waited for. */
  take(key: string, quota: Quota): Verdict | undefined {
    const margin = this.callers.get(key);
    if (!margin || !isSame(margin.quota, quota)) return undefined;
    const age = this.clock() - margin.at;
    if (age > FRESH_MS) return undefined;
    const { verdict, ahead } = margin;
    const remaining = verdict.remaining - ahead - 1;
    if (remaining < quota.limit * FAR || ahead >= Math.floor(quota.limit * AHEAD)) return undefined;
    if (margin.ahead++ === 0) this.settleSoon(key, quota, margin);
    return { ...verdict, remaining, resetMs: Math.max(1, verdict.resetMs - Math.ceil(age)) };
  }

  private settleSoon(key: string, quota: Quota, margin: Margin): void {
    setTimeout(() => void this.settle(key, quota, margin), GATHER_MS);
  }

  private async settle(key: string, quota: Quota, margin: Margin): Promise<void> {
    const { ahead } = margin;
    await this.count(key, quota, ahead);
    margin.ahead -= ahead;
    if (margin.ahead > 0) this.settleSoon(key, quota, margin);
  }
}

function isSame(one: Quota, other: Quota): boolean {
  return one.limit === other.limit && one.windowMs === other.windowMs;
}
