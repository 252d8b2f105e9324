import { linkSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readJson, readText, writeAtomically } from './files.mjs';
import { LOCAL_DIR } from './paths.mjs';
import { isRunning, signal, waitForExit } from './process.mjs';
import { say } from './progress.mjs';

const LOCK = join(LOCAL_DIR, 'bootstrap.lock');
const CHILD = join(LOCAL_DIR, 'bootstrap.child.json');

/**
 * Runs `work` alone: two commands of one checkout must not install or build at once, and an `npm ci` that
 * outlived a killed command must not write into the next one's node_modules.
 * @template T
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function exclusively(work) {
  await takeLock();
  try {
    await endLeftChild();
    return await work();
  } finally {
    rmSync(LOCK, { force: true });
  }
}

async function takeLock() {
  mkdirSync(LOCAL_DIR, { recursive: true });
  let told = false;
  while (!createLock()) {
    const owner = readText(LOCK);
    if (owner !== null && !isRunning(Number(owner), ['local/', '.mjs'])) dropStaleLock(owner);
    else if (!told) {
      say(`waiting for another command of this checkout to install or build (pid ${owner ?? '?'})`);
      told = true;
    }
    await sleep(200);
  }
}

/** Linked, not opened: the lock never exists without the pid of its owner inside. */
function createLock() {
  const own = `${LOCK}.${process.pid}`;
  writeFileSync(own, String(process.pid));
  try {
    linkSync(own, LOCK);
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
    return false;
  } finally {
    rmSync(own, { force: true });
  }
}

/**
 * Moves the dead owner's lock away, and puts it back when another command took it in between.
 * @param {string} owner
 */
function dropStaleLock(owner) {
  const aside = `${LOCK}.stale.${process.pid}`;
  try {
    renameSync(LOCK, aside);
    if (readText(aside) !== owner) linkSync(aside, LOCK);
  } catch {
    // Another command was quicker; the next round looks again.
  }
  rmSync(aside, { force: true });
}

/**
 * Remembers the process group of a running installer or build.
 * @param {number | undefined} pid
 * @param {string} marker
 */
export function rememberChild(pid, marker) {
  if (pid !== undefined) writeAtomically(CHILD, JSON.stringify({ pid, marker }));
}

export function forgetChild() {
  rmSync(CHILD, { force: true });
}

async function endLeftChild() {
  const left = /** @type {{ pid?: unknown, marker?: unknown } | null} */ (readJson(CHILD));
  if (
    typeof left?.pid === 'number' &&
    typeof left.marker === 'string' &&
    isRunning(left.pid, [left.marker])
  ) {
    say(`ending what an interrupted run left behind (pid ${left.pid})`);
    signal(-left.pid, 'SIGKILL');
    await waitForExit(left.pid, [left.marker], 10_000);
  }
  forgetChild();
}
