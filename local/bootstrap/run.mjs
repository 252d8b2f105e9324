import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { forgetChild, rememberChild } from './lock.mjs';
import { lastLines } from './files.mjs';
import { LOG_DIR, ROOT } from './paths.mjs';
import { signal } from './process.mjs';
import { Interrupted, say, UserError } from './progress.mjs';

/** How often a long step says that it still works. */
const HEARTBEAT_MS = 5_000;

/**
 * Runs npm with its output in `.local/logs/<log>`, saying every few seconds that it still works.
 * The npm that started us is used when there is one: it fits the Node that runs it.
 * @param {readonly string[]} args
 * @param {{ label: string, log: string }} options
 * @returns {Promise<void>} rejects with a UserError carrying the log's end
 */
export async function runNpm(args, { label, log }) {
  mkdirSync(LOG_DIR, { recursive: true });
  const logPath = join(LOG_DIR, log);
  const output = openSync(logPath, 'w');
  const npmScript = process.env.npm_execpath;
  const viaNode = npmScript !== undefined && /npm-cli\.c?js$/.test(npmScript);
  const child = spawn(viaNode ? process.execPath : 'npm', viaNode ? [npmScript, ...args] : [...args], {
    cwd: ROOT,
    env: environmentForNpm(),
    stdio: ['ignore', output, output],
    detached: true,
  });
  closeSync(output);
  rememberChild(child.pid, 'npm');
  const heartbeat = setInterval(() => say(`  still ${label}`), HEARTBEAT_MS);
  /** @type {string | null} */
  let interrupted = null;
  const stop = (/** @type {NodeJS.Signals} */ name) => {
    interrupted = name;
    if (child.pid !== undefined) signal(-child.pid, 'SIGKILL');
  };
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    const end = await ended(child);
    if (interrupted !== null)
      throw new Interrupted(`Stopped by ${interrupted} while ${label}; run it again to go on.`);
    if (end.failed)
      throw new UserError(
        `npm ${args.join(' ')} failed (${end.reason}); log: ${logPath}`,
        lastLines(logPath),
      );
  } finally {
    clearInterval(heartbeat);
    process.off('SIGINT', stop).off('SIGTERM', stop);
    forgetChild();
  }
}

/** npm hands its script's variables down; a nested npm must not take them for its own configuration. */
function environmentForNpm() {
  const env = { ...process.env };
  for (const name of Object.keys(env)) {
    if (/^npm_(lifecycle|package|command|node_execpath)/.test(name)) delete env[name];
  }
  return env;
}

/**
 * Waits for a child's end.
 * @param {import('node:child_process').ChildProcess} child
 * @returns {Promise<{ code: number, failed: boolean, reason: string }>} code 1 for a signal or a failed start
 */
export function ended(child) {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ code: 1, failed: true, reason: error.message }));
    child.once('exit', (code, name) =>
      resolve({
        code: code ?? 1,
        failed: code !== 0,
        reason: name === null ? `exit code ${code}` : `ended by ${name}`,
      }),
    );
  });
}
