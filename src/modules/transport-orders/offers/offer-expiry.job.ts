import { defineJob } from '../../../platform/queue/job.js';

/** Ends offers that nobody answered in time, and asks who is next. */
export const expireOffers = defineJob<Record<string, never>, { expired: number }>(
  'transport-offer.expire',
  'maintenance',
);
