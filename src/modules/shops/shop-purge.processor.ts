import { Processor } from '@nestjs/bullmq';
import type { RunningJob } from '../../platform/queue/job.js';
import { JobProcessor } from '../../platform/queue/job-processor.js';
import { workerOptions } from '../../platform/queue/queues.js';
import { purgeShops } from './shop-purge.job.js';
import { ShopPurgeService } from './shop-purge.service.js';

@Processor(purgeShops.queue, workerOptions(purgeShops.queue))
export class ShopPurgeProcessor extends JobProcessor<Record<string, never>, { purged: string[] }> {
  readonly type = purgeShops;

  constructor(private readonly purge: ShopPurgeService) {
    super();
  }

  run({ signal }: RunningJob<Record<string, never>>): Promise<{ purged: string[] }> {
    return this.purge.purgeDue(signal);
  }
}
