import type { CaseContext } from '../cases/index.ts';
import type { MeasuredVariant, Sample } from '../measure/case.ts';
import { ownProcess } from '../measure/own-process.ts';
import type { QueueName } from '../../src/platform/queue/queues.ts';

/**
 * A side of bench/jobs/side.mjs with the concurrency of a queue, on queues of its own in each round. Nothing is pinned: what
 * is measured is done by the stores as much as by the process.
 */
export function measuredSide(
  context: CaseContext,
  side: string,
  jobs: number,
  queue: QueueName = 'email-notifications',
): MeasuredVariant {
  let round = 0;
  return {
    name: side,
    async measure(): Promise<Sample> {
      const args = [side, String(jobs), queue];
      const prefix = `bench-${queue}-${side}-${++round}`;
      const { perSecond, cpuMs } = await context.servers.onAllCores(() =>
        ownProcess<{ perSecond: number; cpuMs: number }>(context, null, 'jobs/side.mjs', args, prefix),
      );
      const none = { p50: Number.NaN, p95: Number.NaN, p99: Number.NaN };
      return { requestsPerSecond: perSecond, requests: jobs, cpuMsPerRequest: cpuMs, ...none };
    },
  };
}
