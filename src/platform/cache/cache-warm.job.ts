import { Injectable } from '@nestjs/common';
import { defineJob } from '../queue/job.js';
import { JobProcessor } from '../queue/job-processor.js';
import { CacheService } from './cache.service.js';

interface CacheWarmResult {
  /** That were told; each warms its own memory with what is popular there. */
  instances: number;
}

/** CACHE_WARM (requirements R3.6). While the shared tier is skipped nobody can be told; the next slot is soon. */
export const warmCaches = defineJob<object, CacheWarmResult>('cache.warm', 'maintenance');

@Injectable()
export class CacheWarmProcessor extends JobProcessor<object, CacheWarmResult> {
  readonly type = warmCaches;

  constructor(private readonly cache: CacheService) {
    super();
  }

  async run(): Promise<CacheWarmResult> {
    return { instances: this.cache.degraded ? 0 : await this.cache.tellToWarm() };
  }
}
