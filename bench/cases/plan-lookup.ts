import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../../local/bootstrap/paths.mjs';
import { atMost, type MeasuredVariant } from '../measure/case.ts';
import { pinned } from '../servers/cores.ts';
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

function side({ servers, cores }: CaseContext, name: string, lookUps: number): MeasuredVariant {
  const script = join(ROOT, 'bench', 'cache', 'side.mjs');
  return {
    name,
    async measure() {
      const [command = '', ...args] = pinned(cores.server, [process.execPath, script, name, String(lookUps)]);
      const env = await servers.jobsEnvironment('bench-cache');
      const { stdout } = await promisify(execFile)(command, args, { cwd: ROOT, env, timeout: 120_000 });
      const { p50 } = JSON.parse(stdout) as { p50: number };
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
