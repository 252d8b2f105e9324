import { Redis, type Result } from 'ioredis';
import {
  grainMs,
  retryMs,
  type Quota,
  type Receipt,
  type RateWindow,
  type Verdict,
  type WindowState,
} from './quota.js';
import { REFUND, TAKE } from './window-log.lua.js';

declare module 'ioredis' {
  interface RedisCommander<Context> {
    takeFromWindow(keys: number, ...keysAndArgs: (string | number)[]): Result<number[], Context>;
    refundToWindow(keys: 1, key: string, entry: number): Result<number, Context>;
  }
}

/** Counts for all instances together, one round trip a request. Fails when Redis does; never waits for a connection. */
export class RedisLimiter {
  readonly connection: Redis;

  /** `prefix` stands before every key. */
  constructor(
    url: string,
    private readonly prefix: string,
  ) {
    this.connection = new Redis(url, {
      lazyConnect: true,
      enableOfflineQueue: false,
      enableReadyCheck: false, // a frozen server accepts connections: the breaker's probe tells
      maxRetriesPerRequest: 0, // what was in flight when the connection broke is decided locally
      connectTimeout: 1_000,
      retryStrategy: (tries) => Math.min(50 * 2 ** tries, 1_000),
    });
    this.connection.defineCommand('takeFromWindow', { lua: TAKE });
    this.connection.defineCommand('refundToWindow', { lua: REFUND });
  }

  get connected(): boolean {
    return this.connection.status === 'ready';
  }

  /** Counts `count` requests that came at the same moment; their verdicts, in order. */
  async take(key: string, quota: Quota, count: number): Promise<Verdict[]> {
    const { burst } = quota;
    const name = this.name(key);
    const answer = burst
      ? await this.connection.takeFromWindow(
          2,
          name,
          `${name}:burst`,
          count,
          ...numbers(quota),
          ...numbers(burst),
        )
      : await this.connection.takeFromWindow(1, name, count, ...numbers(quota));
    const window = takenFrom(quota, answer, 0);
    const extra = burst && takenFrom(burst, answer, 4);
    return Array.from({ length: count }, (_, n) => verdictOf(n, window, extra));
  }

  async refund(key: string, { entry }: Receipt): Promise<void> {
    await this.connection.refundToWindow(1, this.name(key), entry);
  }

  close(): void {
    this.connection.disconnect();
  }

  /** The hash tag keeps a caller's two logs on one node of a cluster. */
  private name(key: string): string {
    return `${this.prefix}{${key}}`;
  }
}

function numbers(window: RateWindow): [number, number, number] {
  return [window.limit, window.windowMs, grainMs(window)];
}

interface Taken extends WindowState {
  taken: number;
  /** Of the first of them. */
  entry: number;
  /** Whether each has an entry of its own. */
  apart: boolean;
}

function takenFrom(window: RateWindow, answer: number[], at: number): Taken {
  const [taken = 0, entry = 0, remaining = 0, resetMs = 0] = answer.slice(at, at + 4);
  return { taken, entry, remaining, resetMs, apart: grainMs(window) === 0 };
}

/** Of the n-th of the requests: the window takes the first ones, the burst the next. */
function verdictOf(n: number, window: Taken, burst: Taken | undefined): Verdict {
  const inBurst = n - window.taken;
  const allowed = inBurst < (burst?.taken ?? 0);
  const state = stateAfter(window, n);
  const extra = burst && stateAfter(burst, inBurst);
  const entry = inBurst < 0 ? entryOf(window, n) : allowed && burst ? entryOf(burst, inBurst) : 0;
  return {
    ...state,
    ...(extra ? { burst: extra } : {}),
    allowed,
    retryMs: retryMs(allowed, state, extra),
    receipt: { store: 'redis', entry },
  };
}

/** What was left when the n-th had been counted, and those after it had not. */
function stateAfter({ taken, remaining, resetMs }: Taken, n: number): WindowState {
  return { remaining: remaining + Math.max(0, Math.min(taken, taken - 1 - n)), resetMs };
}

function entryOf({ entry, apart }: Taken, n: number): number {
  return apart ? entry + n : entry;
}
