import { Global, Module } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { CacheInterceptor } from './cache.interceptor.js';
import { CacheService } from './cache.service.js';
import { CacheStats } from './cache-stats.js';

/** The two-tier cache, and the interceptor that caches responses of handlers declared `@Cached`. */
@Global()
@Module({
  providers: [CacheStats, CacheService, { provide: APP_INTERCEPTOR, useClass: CacheInterceptor }],
  exports: [CacheService, CacheStats],
})
export class CacheModule {}
