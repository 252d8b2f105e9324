import { defineJob } from '../../platform/queue/job.js';

/** Removes the data of shops whose retention after uninstalling is over. */
export const purgeShops = defineJob<Record<string, never>, { purged: string[] }>('shop.purge', 'maintenance');
