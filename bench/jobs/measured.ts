import type { CaseContext } from '../cases/index.ts';
import type { MeasuredVariant, Sample } from '../measure/case.ts';
import { ownProcess } from '../measure/own-process.ts';

/** A side of bench/jobs/side.mjs, on queues of its own in each round. */
export function measuredSide(context: CaseContext, side: string, jobs: number): MeasuredVariant {
  let round = 0;
  return {
    name: side,
    async measure(): Promise<Sample> {
      const args = [side, String(jobs)];
      const prefix = `bench-${side}-${++round}`;
      const { perSecond } = await ownProcess<{ perSecond: number }>(context, 'jobs/side.mjs', args, prefix);
      const none = { p50: Number.NaN, p95: Number.NaN, p99: Number.NaN, cpuMsPerRequest: null };
      return { requestsPerSecond: perSecond, requests: jobs, ...none };
    },
  };
}
