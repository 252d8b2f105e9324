import { Injectable } from '@nestjs/common';
import { defineJob, type RunningJob } from './job.js';
import { JobProcessor } from './job-processor.js';
import { JobRetention } from './job-retention.js';

interface Payload {
  dryRun?: boolean;
}

/** Removes the oldest ended jobs beyond what each queue keeps; a dry run counts them. */
export const removeOldJobs = defineJob<Payload, { removed: number }>('jobs.retention', 'maintenance');

@Injectable()
export class JobRetentionProcessor extends JobProcessor<Payload, { removed: number }> {
  readonly type = removeOldJobs;

  constructor(private readonly retention: JobRetention) {
    super();
  }

  async run({ payload, signal }: RunningJob<Payload>): Promise<{ removed: number }> {
    return { removed: await this.retention.removeBeyond({ ...payload, signal }) };
  }
}
