import { LRUCache } from 'lru-cache';
import { retryMs, type Quota, type Receipt, type Verdict } from './quota.js';
import { WindowLog } from './window-log.js';

/** A caller that comes from ever new addresses must not fill the memory: the longest unseen are forgotten. */
const MOST_CALLERS = 50_000;

/** Counts in this process alone: what takes over while Redis is away, or for a request whose answer is late. */
export class LocalLimiter {
  private readonly logs = new LRUCache<string, WindowLog>({ max: MOST_CALLERS });

  constructor(private readonly clock: () => number = () => performance.now()) {}

  take(key: string, quota: Quota): Verdict {
    const now = this.clock();
    const log = this.log(key, quota.windowMs);
    const extra = quota.burst && { window: quota.burst, log: this.log(`${key}:burst`, quota.burst.windowMs) };
    const entry = log.take(quota, now) ?? extra?.log.take(extra.window, now) ?? 0;
    const state = log.state(quota, now);
    const burst = extra?.log.state(extra.window, now);
    return {
      ...state,
      ...(burst ? { burst } : {}),
      allowed: entry > 0,
      retryMs: retryMs(entry > 0, state, burst),
      receipt: { store: 'local', entry },
    };
  }

  /** Takes note of what Redis has counted, so that taking over gives nobody a second quota. */
  observe(key: string, quota: Quota, { remaining, burst }: Verdict): void {
    const now = this.clock();
    this.log(key, quota.windowMs).observe(quota.limit - remaining, now);
    if (quota.burst && burst) {
      this.log(`${key}:burst`, quota.burst.windowMs).observe(quota.burst.limit - burst.remaining, now);
    }
  }

  refund(key: string, { entry }: Receipt): void {
    this.logs.peek(key)?.refund(entry);
  }

  private log(key: string, windowMs: number): WindowLog {
    let log = this.logs.get(key);
    if (!log) log = new WindowLog();
    this.logs.set(key, log, { ttl: windowMs + 1000 });
    return log;
  }
}
