import { Injectable } from '@nestjs/common';
import { defineJob, type RunningJob } from '../../../platform/queue/job.js';
import { JobProcessor } from '../../../platform/queue/job-processor.js';
import { ExpiredLoginsRepository, type ExpiredLogins } from './expired-logins.repository.js';

/** TTL indexes remove what has expired within a minute or so; what is older was missed by them. */
const MISSED_MS = 3600 * 1000;

interface Payload {
  dryRun?: boolean;
}

/** CLEANUP_SESSIONS (requirements R3.6): the safety net of the TTL indexes. A dry run counts what they missed. */
export const removeExpiredLogins = defineJob<Payload, ExpiredLogins>('sessions.retention', 'maintenance');

@Injectable()
export class SessionRetentionProcessor extends JobProcessor<Payload, ExpiredLogins> {
  readonly type = removeExpiredLogins;

  constructor(private readonly repository: ExpiredLoginsRepository) {
    super();
  }

  run({ payload: { dryRun = false } }: RunningJob<Payload>): Promise<ExpiredLogins> {
    return this.repository.remove(new Date(Date.now() - MISSED_MS), dryRun);
  }
}
