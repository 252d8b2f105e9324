import { defineJob } from '../../platform/queue/job.js';

/** Cancels unpaid orders whose time is over and settles reservations that were left behind. */
export const expireOrders = defineJob<Record<string, never>, { expired: number; settled: number }>(
  'order.expire',
  'maintenance',
);
