import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../bootstrap/paths.mjs';
import { say, sayError } from '../bootstrap/progress.mjs';
import { ended } from '../bootstrap/run.mjs';
import { useOrStartStack } from '../stack/stack.ts';
import { createStackFolder, removeStackFolder, sweepStackFolders } from '../stack/sweep.ts';

// The second part of `npm test`: `node run.ts <result file> [jest arguments]`.

const [resultPath = '', ...jestArguments] = process.argv.slice(2);
const stopping = new AbortController();
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(name, () => {
    stopping.abort();
  });
}
process.once('disconnect', () => {
  stopping.abort();
});

/** Runs jest on a stack of its own; its exit code. */
async function run(folder: string): Promise<number> {
  say('starting MongoDB and Valkey for the tests');
  const stack = await useOrStartStack({ dir: join(folder, 'shared'), profile: 'fast', log: say });
  stopping.signal.throwIfAborted();
  say('running the tests');
  const child = spawn(
    process.execPath,
    [
      ...['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
      ...[join(ROOT, 'node_modules', 'jest', 'bin', 'jest.js'), '--json', `--outputFile=${resultPath}`],
      ...(process.env.COVERAGE || process.env.CI ? ['--coverage'] : []),
      ...jestArguments,
    ],
    {
      cwd: ROOT,
      stdio: 'inherit',
      env: {
        ...process.env,
        MONGODB_URI: stack.mongodbUri,
        REDIS_URL: stack.redisUrl,
        TEST_MONGODB_URI: stack.mongodbUri,
        TEST_REDIS_URL: stack.redisUrl,
        TEST_STACK_FOLDER: folder,
      },
    },
  );
  stopping.signal.addEventListener('abort', () => child.kill('SIGTERM'));
  const watch = endWhenStuck(child);
  try {
    return (await ended(child)).code;
  } finally {
    clearInterval(watch);
  }
}

/** How long jest may take to exit once its results are written. */
const EXIT_MS = 20_000;

/** A handle that a spec left open must fail the run, not hang it. */
function endWhenStuck(child: ChildProcess): NodeJS.Timeout {
  let written: number | undefined;
  return setInterval(() => {
    if (!existsSync(resultPath)) return;
    written ??= Date.now();
    if (Date.now() - written < EXIT_MS) return;
    say('jest does not exit: a spec left a handle open');
    child.kill('SIGKILL');
  }, 1_000);
}

let exitCode = 1;
await sweepStackFolders();
const folder = createStackFolder();
try {
  exitCode = await run(folder);
} catch (error) {
  if (!stopping.signal.aborted) sayError(error);
}
// Also the servers of fault specs that were cut short.
await removeStackFolder(folder);
process.exit(exitCode);
