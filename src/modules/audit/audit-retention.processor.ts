import { Injectable } from '@nestjs/common';
import type { RunningJob } from '../../platform/queue/job.js';
import { JobProcessor } from '../../platform/queue/job-processor.js';
import { removeExpiredEvents, type AuditRetentionPayload } from './audit-retention.job.js';
import { AuditService } from './audit.service.js';

@Injectable()
export class AuditRetentionProcessor extends JobProcessor<AuditRetentionPayload, { removed: number }> {
  readonly type = removeExpiredEvents;

  constructor(private readonly audit: AuditService) {
    super();
  }

  run({ payload, signal }: RunningJob<AuditRetentionPayload>): Promise<{ removed: number }> {
    return payload.dryRun ? this.audit.countExpired() : this.audit.removeExpired(signal);
  }
}
