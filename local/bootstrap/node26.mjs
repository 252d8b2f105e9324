import { spawn } from 'node:child_process';
import { delimiter, dirname, join } from 'node:path';
import { NODE_BINARY, ROOT } from './paths.mjs';
import { commandLine, exists, parentOf } from './process.mjs';
import { ended } from './run.mjs';

const PARENT_CHECK_MS = 250;

/**
 * Runs a TypeScript file of local/ under the Node of node_modules and waits for its end.
 * Signals go on to it; when npm, which started us, is killed, it is told to stop as well: nothing may
 * stay behind on the port. The child learns of our own death by the closing IPC channel.
 * @param {string} script path below the checkout
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} [extraEnv]
 * @returns {Promise<number>} its exit code
 */
export async function runTypeScript(script, args, extraEnv = {}) {
  const child = spawn(NODE_BINARY, ['--disable-warning=ExperimentalWarning', join(ROOT, script), ...args], {
    cwd: ROOT,
    env: node26Environment(extraEnv),
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  const pass = (/** @type {NodeJS.Signals} */ name) => child.kill(name);
  for (const name of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.on(name, pass);
  const watch = watchParent(() => child.kill('SIGTERM'));
  try {
    return (await ended(child)).code;
  } finally {
    clearInterval(watch);
  }
}

/**
 * The environment in which `node` and the tools of node_modules are found first.
 * @param {NodeJS.ProcessEnv} [extra]
 * @returns {NodeJS.ProcessEnv}
 */
export function node26Environment(extra = {}) {
  const path = [dirname(NODE_BINARY), join(ROOT, 'node_modules', '.bin'), process.env.PATH ?? ''].join(
    delimiter,
  );
  return { ...process.env, PATH: path, ...extra };
}

/**
 * Only below npm: a shell that ends leaves its background jobs running on purpose.
 * npm starts its scripts through `sh -c`, so npm may be the parent or the parent's parent.
 * @param {() => void} onGone
 */
function watchParent(onGone) {
  if (process.env.npm_lifecycle_event === undefined) return undefined;
  const parent = process.ppid;
  const viaShell = /^\S*sh -c /.test(commandLine(parent) ?? '');
  const npm = viaShell ? parentOf(parent) : null;
  return setInterval(() => {
    if (process.ppid !== parent || (npm !== null && !exists(npm))) onGone();
  }, PARENT_CHECK_MS);
}
