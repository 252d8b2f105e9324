import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const HAS_PROC = existsSync('/proc/self/cmdline');

/**
 * The command line of a running process, arguments separated by spaces.
 * Null when there is no such process, or only its zombie (containers without an init keep those for ever).
 * @param {number} pid
 * @returns {string | null}
 */
export function commandLine(pid) {
  if (!Number.isInteger(pid) || pid <= 1) return null;
  try {
    const line = HAS_PROC
      ? readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
      : execFileSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
    return line.trim() === '' || line.includes('<defunct>') ? null : line.trim();
  } catch {
    return null;
  }
}

/**
 * The parent of a process; null when there is none to speak of (init, or the process has gone).
 * @param {number} pid
 * @returns {number | null}
 */
export function parentOf(pid) {
  try {
    const text = HAS_PROC
      ? (/^PPid:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '')
      : execFileSync('ps', ['-o', 'ppid=', '-p', String(pid)], { encoding: 'utf8' });
    return Number(text) > 1 ? Number(text) : null;
  } catch {
    return null;
  }
}

/**
 * Whether a process of that id exists, whatever it is; cheap enough to ask often.
 * @param {number} pid
 * @returns {boolean}
 */
export function exists(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}

/**
 * Whether `pid` runs and is the process we mean: a recorded pid may belong to somebody else by now.
 * @param {number} pid
 * @param {readonly string[]} markers texts that its command line must all contain
 * @returns {boolean}
 */
export function isRunning(pid, markers) {
  const line = commandLine(pid);
  return line !== null && markers.every((marker) => line.includes(marker));
}

/**
 * Pids of every process whose command line contains all markers; finds what no pid file knows of.
 * @param {readonly string[]} markers
 * @returns {number[]}
 */
export function findProcesses(markers) {
  const pids = HAS_PROC
    ? readdirSync('/proc').map(Number)
    : execFileSync('ps', ['-ax', '-o', 'pid='], { encoding: 'utf8' }).split('\n').map(Number);
  return pids.filter((pid) => pid !== process.pid && isRunning(pid, markers));
}

/**
 * Waits until the process is gone.
 * @param {number} pid
 * @param {readonly string[]} markers
 * @param {number} limitMs
 * @returns {Promise<boolean>} false when it still runs at the limit
 */
export async function waitForExit(pid, markers, limitMs) {
  const limit = Date.now() + limitMs;
  while (isRunning(pid, markers) || isEnding(pid)) {
    if (Date.now() > limit) return false;
    await sleep(20);
  }
  return true;
}

/**
 * A killed process loses its command line before its last thread has closed the sockets and file locks.
 * @param {number} pid
 */
function isEnding(pid) {
  if (!HAS_PROC || commandLine(pid) !== null) return false;
  try {
    const state = /\) (\w) /.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1];
    return state !== 'Z' || readdirSync(`/proc/${pid}/task`).length > 1;
  } catch {
    return false;
  }
}

/**
 * Ends a process: wakes it when it is frozen, asks with SIGTERM, insists with SIGKILL after `graceMs`.
 * Does nothing when the pid is not (any more) the process that the markers describe.
 * @param {number} pid
 * @param {readonly string[]} markers
 * @param {number} [graceMs]
 * @returns {Promise<boolean>} whether there was something to end
 */
export async function endProcess(pid, markers, graceMs = 20_000) {
  if (!isRunning(pid, markers)) return false;
  signal(pid, 'SIGCONT');
  signal(pid, 'SIGTERM');
  if (!(await waitForExit(pid, markers, graceMs))) {
    signal(pid, 'SIGKILL');
    await waitForExit(pid, markers, 10_000);
  }
  return true;
}

/**
 * Sends a signal; a process that has gone meanwhile is no error.
 * @param {number} pid negative for a process group
 * @param {NodeJS.Signals} name
 */
export function signal(pid, name) {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'ESRCH') throw error;
  }
}
