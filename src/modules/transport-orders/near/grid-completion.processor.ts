import { Injectable } from '@nestjs/common';
import { JobProcessor } from '../../../platform/queue/job-processor.js';
import { completeGrid } from './grid-completion.job.js';
import { NearbyTransportsService } from './nearby-transports.service.js';

@Injectable()
export class GridCompletionProcessor extends JobProcessor<Record<string, never>, { completed: number }> {
  readonly type = completeGrid;

  constructor(private readonly nearby: NearbyTransportsService) {
    super();
  }

  async run(): Promise<{ completed: number }> {
    return this.nearby.complete();
  }
}
