import { readFileSync } from 'node:fs';

/** Highest resident memory of a process since it started, in MB of 10⁶ bytes, as the kernel counted it (Linux `VmHWM`). */
export function peakRssMb(pid: number): number {
  const kib = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  if (kib === undefined) throw new Error(`Process ${pid} has no VmHWM.`);
  return Math.round((Number(kib) * 1024) / 1e5) / 10;
}
