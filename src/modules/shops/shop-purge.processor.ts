import { Injectable } from '@nestjs/common';
import type { RunningJob } from '../../platform/queue/job.js';
import { JobProcessor } from '../../platform/queue/job-processor.js';
import { purgeShops } from './shop-purge.job.js';
import { ShopPurgeService } from './shop-purge.service.js';

@Injectable()
export class ShopPurgeProcessor extends JobProcessor<Record<string, never>, { purged: string[] }> {
  readonly type = purgeShops;

  constructor(private readonly purge: ShopPurgeService) {
    super();
  }

  run({ signal }: RunningJob<Record<string, never>>): Promise<{ purged: string[] }> {
    return this.purge.purgeDue(signal);
  }
}
