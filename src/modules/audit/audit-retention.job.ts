import { defineJob } from '../../platform/queue/job.js';

/** Removes audit events that are older than AUDIT_RETENTION_DAYS. */
export const removeExpiredEvents = defineJob<Record<string, never>, { removed: number }>(
  'audit.retention',
  'maintenance',
);
