import { atMost, type MeasuredVariant } from '../measure/case.ts';
import { ownProcess } from '../measure/own-process.ts';
import type { BenchCase, CaseContext } from './index.ts';

const LOOK_UPS = 20_000;
/** Each is a round trip. */
const FAR_LOOK_UPS = 2_000;

/** Looking a plan up in the cache: in memory, and in the shared tier beside the bare client. */
export const planLookup: BenchCase = {
  name: 'plan look-up',
  prepare: (context) =>
    Promise.resolve({
      variants: [
        side(context, 'l1', LOOK_UPS),
        side(context, 'map', LOOK_UPS),
        side(context, 'l2', FAR_LOOK_UPS),
        side(context, 'get', FAR_LOOK_UPS),
      ],
      comparisons: [
        { name: 'plan look-up in memory, p50', ours: 'l1', goal: atMost('p50', 0.05) },
        {
          name: 'plan look-up in Valkey ÷ bare GET, p50',
          ours: 'l2',
          baseline: 'get',
          goal: atMost('p50', 1.3),
        },
      ],
    }),
};

function side(context: CaseContext, name: string, lookUps: number): MeasuredVariant {
  return {
    name,
    async measure() {
      const args = [name, String(lookUps)];
      const { p50 } = await ownProcess<{ p50: number }>(
        context,
        context.cores.server,
        'cache/side.mjs',
        args,
        'bench-cache',
      );
      const none = {
        requestsPerSecond: 1_000 / p50,
        p95: Number.NaN,
        p99: Number.NaN,
        cpuMsPerRequest: null,
      };
      return { ...none, p50, requests: lookUps };
    },
  };
}
