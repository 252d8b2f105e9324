import { Global, Module } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { CacheController } from './cache.controller.js';
import { CacheInterceptor } from './cache.interceptor.js';
import { CacheService } from './cache.service.js';
import { CacheStats } from './cache-stats.js';
import { CacheWarmProcessor } from './cache-warm.job.js';
import { CacheWarmer } from './cache-warmer.js';
import { RepeatLane } from './repeat-lane.js';

/** The two-tier cache, and the interceptor that caches responses of handlers declared `@Cached`. */
@Global()
@Module({
  controllers: [CacheController],
  providers: [
    CacheStats,
    CacheService,
    CacheWarmer,
    CacheWarmProcessor,
    RepeatLane,
    { provide: APP_INTERCEPTOR, useClass: CacheInterceptor },
  ],
  exports: [CacheService, CacheStats],
})
export class CacheModule {}
