import { Injectable } from '@nestjs/common';
import type { RunningJob } from '../../platform/queue/job.js';
import { JobProcessor } from '../../platform/queue/job-processor.js';
import { removeExpiredEvents } from './audit-retention.job.js';
import { AuditService } from './audit.service.js';

@Injectable()
export class AuditRetentionProcessor extends JobProcessor<Record<string, never>, { removed: number }> {
  readonly type = removeExpiredEvents;

  constructor(private readonly audit: AuditService) {
    super();
  }

  run({ signal }: RunningJob<Record<string, never>>): Promise<{ removed: number }> {
    return this.audit.removeExpired(signal);
  }
}
