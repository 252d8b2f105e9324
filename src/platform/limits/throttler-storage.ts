import { Injectable } from '@nestjs/common';
import type { ThrottlerStorage } from '@nestjs/throttler';
import type { Quota, Verdict } from './quota.js';
import { RateLimiter } from './rate-limiter.js';

type ThrottlerRecord = Awaited<ReturnType<ThrottlerStorage['increment']>>;

/** @nestjs/throttler's storage on our limiter. It never throws, so a lost Redis is no error 500. */
@Injectable()
export class LimiterStorage implements ThrottlerStorage {
  constructor(private readonly limiter: RateLimiter) {}

  /** As the interface wants it (times in seconds), and the verdict it was made of. */
  async increment(
    key: string,
    ttl: number,
    limit: number,
    _blockDuration: number,
    _throttlerName: string,
    burst?: Quota['burst'],
  ): Promise<ThrottlerRecord & { verdict: Verdict }> {
    const verdict = await this.limiter.take(key, { limit, windowMs: ttl, ...(burst ? { burst } : {}) });
    return {
      totalHits: limit - verdict.remaining + (verdict.allowed ? 0 : 1),
      timeToExpire: Math.ceil(verdict.resetMs / 1000),
      isBlocked: !verdict.allowed,
      timeToBlockExpire: Math.ceil(verdict.retryMs / 1000),
      verdict,
    };
  }
}
