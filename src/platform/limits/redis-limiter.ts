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

  async take(key: string, quota: Quota): Promise<Verdict> {
    const { burst } = quota;
    const name = this.name(key);
    const [entry = 0, ...left] = burst
      ? await this.connection.takeFromWindow(2, name, `${name}:burst`, ...numbers(quota), ...numbers(burst))
      : await this.connection.takeFromWindow(1, name, ...numbers(quota));
    const state = stateAt(left, 0);
    const extra = burst && stateAt(left, 2);
    return {
      ...state,
      ...(extra ? { burst: extra } : {}),
      allowed: entry > 0,
      retryMs: retryMs(entry > 0, state, extra),
      receipt: { store: 'redis', entry },
    };
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

function stateAt(left: number[], at: number): WindowState {
  return { remaining: left[at] ?? 0, resetMs: left[at + 1] ?? 0 };
}
