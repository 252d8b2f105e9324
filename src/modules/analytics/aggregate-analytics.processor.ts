import { Injectable } from '@nestjs/common';
import type { RunningJob } from '../../platform/queue/job.js';
import { JobProcessor } from '../../platform/queue/job-processor.js';
import { aggregateAnalytics, type AggregatePayload, type AggregateResult } from './analytics.job.js';
import { SalesReconciliation } from './sales-reconciliation.js';

@Injectable()
export class AggregateAnalyticsProcessor extends JobProcessor<AggregatePayload, AggregateResult> {
  readonly type = aggregateAnalytics;

  constructor(private readonly reconciliation: SalesReconciliation) {
    super();
  }

  run({ payload, progress, signal }: RunningJob<AggregatePayload>): Promise<AggregateResult> {
    return this.reconciliation.run(payload.days, progress, signal);
  }
}
