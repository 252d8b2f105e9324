import { Injectable } from '@nestjs/common';
import { JobProcessor } from '../../platform/queue/job-processor.js';
import { SubscriptionsService } from './subscriptions.service.js';
import { endTrials } from './trials.job.js';

@Injectable()
export class TrialsProcessor extends JobProcessor<Record<string, never>, { ended: number }> {
  readonly type = endTrials;

  constructor(private readonly subscriptions: SubscriptionsService) {
    super();
  }

  async run(): Promise<{ ended: number }> {
    return { ended: await this.subscriptions.endTrials() };
  }
}
