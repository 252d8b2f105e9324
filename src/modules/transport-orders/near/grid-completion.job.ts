import { defineJob } from '../../../platform/queue/job.js';

/** Gives orders their cells that were written without: by older code during an update, or by a backup of before. */
export const completeGrid = defineJob<Record<string, never>, { completed: number }>(
  'transport-order.grid',
  'maintenance',
);
