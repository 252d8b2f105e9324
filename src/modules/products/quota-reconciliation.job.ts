import { defineJob } from '../../platform/queue/job.js';

/** Sets every shop's count of products in use to what is really there. */
export const reconcileQuotas = defineJob<Record<string, never>, { corrected: string[] }>(
  'quota.reconcile',
  'maintenance',
);
