import { defineJob } from '../../platform/queue/job.js';

export interface AuditRetentionPayload {
  dryRun?: boolean;
}

/** Removes audit events that are older than AUDIT_RETENTION_DAYS; a dry run counts them. */
export const removeExpiredEvents = defineJob<AuditRetentionPayload, { removed: number }>(
  'audit.retention',
  'maintenance',
);
