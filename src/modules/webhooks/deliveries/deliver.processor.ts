import { Injectable } from '@nestjs/common';
import type { RunningJob } from '../../../platform/queue/job.js';
import { JobProcessor } from '../../../platform/queue/job-processor.js';
import { deliverWebhooks, type DeliverPayload } from './deliver.job.js';
import { EndpointRunner } from './endpoint-runner.js';

@Injectable()
export class DeliverProcessor extends JobProcessor<DeliverPayload, { tries: number }> {
  readonly type = deliverWebhooks;

  constructor(private readonly runner: EndpointRunner) {
    super();
  }

  run(job: RunningJob<DeliverPayload>): Promise<{ tries: number }> {
    return this.runner.run(job);
  }
}
