import { readFileSync } from 'node:fs';

/** Linux counts in hundredths of a second in /proc for every program. */
const TICKS_PER_SECOND = 100;

/**
 * Seconds of CPU a process, its threads and its children have used (user and system); undefined where /proc does not
 * tell.
 */
export function cpuSeconds(pid: number): number | undefined {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
    const ticks = [pid, ...children.map(Number)].reduce((sum, one) => sum + ticksOf(one), 0);
    return ticks / TICKS_PER_SECOND;
  } catch {
    return undefined;
  }
}

function ticksOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return Number(fields[11]) + Number(fields[12]);
}
