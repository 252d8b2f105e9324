import { Processor } from '@nestjs/bullmq';
import { JobProcessor } from '../../platform/queue/job-processor.js';
import { workerOptions } from '../../platform/queue/queues.js';
import { SubscriptionsService } from './subscriptions.service.js';
import { endTrials } from './trials.job.js';

@Processor(endTrials.queue, workerOptions(endTrials.queue))
export class TrialsProcessor extends JobProcessor<Record<string, never>, { ended: number }> {
  readonly type = endTrials;

  constructor(private readonly subscriptions: SubscriptionsService) {
    super();
  }

  async run(): Promise<{ ended: number }> {
    return { ended: await this.subscriptions.endTrials() };
  }
}
