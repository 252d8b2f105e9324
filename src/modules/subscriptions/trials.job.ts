import { defineJob } from '../../platform/queue/job.js';

/** Moves trials that are over to `past_due`. */
export const endTrials = defineJob<Record<string, never>, { ended: number }>(
  'subscription.end-trials',
  'maintenance',
);
