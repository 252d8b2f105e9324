import type { INestApplicationContext } from '@nestjs/common';
import { StartupError } from '../../config/config.js';
import { aggregateAnalytics } from '../../modules/analytics/index.js';
import { JobsService } from '../../platform/queue/jobs.service.js';
import { print } from './context.js';

const MOST_DAYS = 3_660;

/** Starts the job that adds what orders sold before the aggregates were there, and recomputes that many days back. */
export async function rebuildAnalytics(
  app: INestApplicationContext,
  options: { days: string },
): Promise<void> {
  const days = Number(options.days);
  if (!Number.isInteger(days) || days < 1 || days > MOST_DAYS)
    throw new StartupError(`--days is a whole number from 1 to ${MOST_DAYS}.`);
  const { id } = await app.get(JobsService, { strict: false }).startExclusive(
    aggregateAnalytics,
    { days },
    {
      shop: null,
      openKey: 'analytics.rebuild',
      priority: 'bulk',
      trigger: { kind: 'operator', by: 'cli' },
    },
  );
  print(JSON.stringify({ jobId: id }));
}
