import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readText, writeAtomically } from '../bootstrap/files.mjs';
import { LOCAL_DIR } from '../bootstrap/paths.mjs';
import { findProcesses, waitForExit } from '../bootstrap/process.mjs';
import { say, UserError } from '../bootstrap/progress.mjs';
import { APP_MARKERS, QUICKSTART_MARKERS } from './markers.mjs';

const STOPPING = join(LOCAL_DIR, 'quickstart.stopping');
/** A quickstart whose npm was killed notices within a quarter of a second. */
const NOTICE_MS = 1_500;
const STOP_LIMIT_MS = 60_000;

/**
 * The port to serve on.
 * @param {string | undefined} text
 * @returns {number}
 */
export function parsePort(text) {
  if (text === undefined || text === '') return 3000;
  const port = Number(text);
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port;
  throw new UserError(`PORT must be a number from 1 to 65535, not "${text}".`);
}

/**
 * Refuses to start beside another quickstart of this checkout, or on a port that something else has.
 * @param {number} port
 */
export async function guardStart(port) {
  await awaitOtherQuickstart();
  if (findProcesses(APP_MARKERS).length > 0) return; // an app left behind: it is ended before the start
  await requireFreePort(port);
}

/** @param {number} port */
export async function requireFreePort(port) {
  if (await isTaken(port)) {
    throw new UserError(
      `Port ${port} is taken by another process: stop it, or choose another one with PORT=<number>.`,
    );
  }
}

/** Tells the next quickstart that this one is on its way out. */
export function announceStop() {
  writeAtomically(STOPPING, String(process.pid));
}

async function awaitOtherQuickstart() {
  const [pid] = findProcesses(QUICKSTART_MARKERS);
  if (pid === undefined) return;
  const limit = Date.now() + NOTICE_MS;
  while (Date.now() < limit && readText(STOPPING) !== String(pid)) {
    if (findProcesses(QUICKSTART_MARKERS).length === 0) return;
    await sleep(50);
  }
  if (readText(STOPPING) !== String(pid)) {
    throw new UserError(
      `The quickstart of this folder already runs (pid ${pid}): stop it first, e.g. with Ctrl-C.`,
    );
  }
  say(`waiting for the quickstart before to stop (pid ${pid})`);
  await waitForExit(pid, QUICKSTART_MARKERS, STOP_LIMIT_MS);
}

/** @param {number} port */
function isTaken(port) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(true));
    server.listen({ port, host: process.env.HOST || '127.0.0.1' }, () => server.close(() => resolve(false)));
  });
}
