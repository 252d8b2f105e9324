import { Global, Module } from '@nestjs/common';
import { RateLimiter } from './rate-limiter.js';
import { LimiterStorage } from './throttler-storage.js';

/** Counting requests; who is counted how is the limits feature's. */
@Global()
@Module({ providers: [RateLimiter, LimiterStorage], exports: [RateLimiter, LimiterStorage] })
export class RateLimiterModule {}
