import { join } from 'node:path';
import { writeAtomically } from '../local/bootstrap/files.mjs';
import { ROOT } from '../local/bootstrap/paths.mjs';
import { say, sayError, UserError } from '../local/bootstrap/progress.mjs';
import { startStack } from '../local/stack/stack.ts';
import { createStackFolder, removeStackFolder, sweepStackFolders } from '../local/stack/sweep.ts';
import { CASES, type BenchCase } from './cases/index.ts';
import { LoadGenerator } from './measure/load.ts';
import { measure } from './measure/rounds.ts';
import { readOptions, type BenchOptions } from './options.ts';
import { reportProfiles } from './profile/report.ts';
import { describeEnvironment } from './report/environment.ts';
import { resultOf, type CaseResult } from './report/result.ts';
import { table } from './report/table.ts';
import { BenchServers } from './servers/bench-servers.ts';
import { pin, shareCores } from './servers/cores.ts';

// The second part of `npm run bench`. Exit code 0 when everything could be measured, whether goals are met or not.

const REPORT = join(ROOT, 'reports', 'bench.json');
const stopping = new AbortController();
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(name, () => {
    stopping.abort();
  });
}
process.once('disconnect', () => {
  stopping.abort();
});

/** Rejects when the command is told to stop: what is under way is left, and its servers are ended. */
const stopped = new Promise<never>((_, reject) => {
  stopping.signal.addEventListener('abort', () => {
    reject(new Error('stopped'));
  });
});
stopped.catch(() => undefined);

/** Runs the chosen cases on a stack of its own; true when each could be measured. */
async function run(options: BenchOptions, folder: string): Promise<boolean> {
  const chosen = CASES.filter(
    ({ name }) => options.only.length === 0 || options.only.some((part) => name.includes(part)),
  );
  if (chosen.length === 0)
    throw new UserError(`There is no such case; there are: ${CASES.map(({ name }) => name).join(', ')}.`);
  const cores = shareCores();
  say('starting MongoDB and Valkey');
  const stack = await startStack({ dir: folder, profile: 'durable', log: say });
  pin(cores.others, stack.mongo.pid);
  pin(cores.others, stack.redis.pid);
  const environment = await describeEnvironment(stack.mongodbUri, cores, options);
  const servers = new BenchServers(stack, cores, folder, options.profile);
  const load = new LoadGenerator(cores);
  const results: CaseResult[] = [];
  let complete = true;
  let measuredFrom = Infinity;
  const measureCase = async (one: BenchCase) => {
    const prepared = await one.prepare({ servers, cores, ...options });
    say(`measuring: ${one.name}`);
    measuredFrom = Math.min(measuredFrom, Number(process.hrtime.bigint() / 1000n));
    try {
      const rounds = await measure(prepared, load, options, stopping.signal);
      results.push(...prepared.comparisons.map((comparison) => resultOf(comparison, rounds)));
    } finally {
      prepared.end?.();
    }
  };
  try {
    for (const one of chosen) {
      await Promise.race([measureCase(one), stopped]).catch((error: unknown) => {
        stopping.signal.throwIfAborted();
        complete = false;
        const reason = error instanceof Error ? error.message : String(error);
        const details = error instanceof UserError ? error.details : '';
        sayError(new UserError(`${one.name} could not be measured: ${reason}`, details));
      });
    }
  } finally {
    load.stop();
    await servers.stop();
  }
  if (options.profile) reportProfiles(folder, measuredFrom, chosen.map(({ name }) => name).join(', '));
  writeAtomically(REPORT, `${JSON.stringify({ environment, cases: results }, null, 2)}\n`);
  process.stdout.write(`\n${table(results)}\n\nWritten to reports/bench.json.\n`);
  return complete;
}

let exitCode = 1;
await sweepStackFolders();
const folder = createStackFolder();
try {
  exitCode = (await run(readOptions(process.argv.slice(2)), folder)) ? 0 : 1;
} catch (error) {
  if (!stopping.signal.aborted) sayError(error);
}
await removeStackFolder(folder);
process.exit(exitCode);
