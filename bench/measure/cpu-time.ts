import { readFileSync } from 'node:fs';

/** Linux counts in hundredths of a second in /proc for every program. */
const TICKS_PER_SECOND = 100;

/** Seconds of CPU a process and its threads have used (user and system); undefined where /proc does not tell. */
export function cpuSeconds(pid: number): number | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /, '')
      .split(' ');
    return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
  } catch {
    return undefined;
  }
}
