import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../../local/bootstrap/paths.mjs';
import type { MeasuredVariant, Sample } from '../measure/case.ts';
import type { CaseContext } from '../cases/index.ts';
import { pinned } from '../servers/cores.ts';

const LONGEST_MS = 180_000;

/** A side of bench/jobs/side.mjs, on queues of its own in each round. */
export function measuredSide({ servers, cores }: CaseContext, side: string, jobs: number): MeasuredVariant {
  let round = 0;
  return {
    name: side,
    async measure(): Promise<Sample> {
      const env = await servers.jobsEnvironment(`bench-${side}-${++round}`);
      const [command = '', ...args] = pinned(cores.server, [
        process.execPath,
        join(ROOT, 'bench', 'jobs', 'side.mjs'),
        side,
        String(jobs),
      ]);
      const run = await promisify(execFile)(command, args, { cwd: ROOT, env, timeout: LONGEST_MS });
      const { perSecond } = JSON.parse(run.stdout) as { perSecond: number };
      const none = { p50: Number.NaN, p95: Number.NaN, p99: Number.NaN, cpuMsPerRequest: null };
      return { requestsPerSecond: perSecond, requests: jobs, ...none };
    },
  };
}
