import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import type { Logger } from 'pino';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import { LOGGER } from '../observability/observability.module.js';
import { CacheService } from './cache.service.js';

/**
 * Keeps warm what was really popular: at the start from what the instances before noted in the shared tier, then
 * whenever `cache.warm` tells all instances, by loading anew what is popular here and about to expire.
 */
@Injectable()
export class CacheWarmer implements OnApplicationBootstrap {
  constructor(
    private readonly cache: CacheService,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    if (config.runs.http) cache.onWarm(() => void this.run('schedule', () => cache.warmPopular()));
  }

  onApplicationBootstrap(): void {
    if (this.config.runs.http) void this.run('start', () => this.cache.warmFromShared());
  }

  private async run(trigger: string, warm: () => Promise<number>): Promise<void> {
    try {
      const entries = await warm();
      if (entries > 0) this.logger.info({ trigger, entries }, 'Cache warmed');
    } catch (err) {
      this.logger.warn({ err, trigger }, 'The cache could not be warmed');
    }
  }
}
