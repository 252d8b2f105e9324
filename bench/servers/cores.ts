import { execFileSync, spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

/** Which cores are whose; both null where processes cannot be pinned (no taskset, or one core). */
export interface Cores {
  /** The one core of the server under test. */
  readonly server: string | null;
  /** The cores of the load generator and the database. */
  readonly others: string | null;
  readonly all: string | null;
}

/** The last core for the server under test, every other one for the rest. */
export function shareCores(): Cores {
  const count = availableParallelism();
  if (count < 2 || spawnSync('taskset', ['-c', '0', 'true']).status !== 0)
    return { server: null, others: null, all: null };
  return {
    server: String(count - 1),
    others: count === 2 ? '0' : `0-${count - 2}`,
    all: `0-${count - 1}`,
  };
}

/** The command line that runs `command` on these cores only. */
export function pinned(cores: string | null, command: readonly string[]): string[] {
  return cores === null ? [...command] : ['taskset', '-c', cores, ...command];
}

const TRIES = 5;

/** Moves a running process with all its threads. */
export function pin(cores: string | null, pid: number): void {
  if (cores === null) return;
  for (let left = TRIES; ; left--) {
    try {
      execFileSync('taskset', ['-a', '-c', '-p', cores, String(pid)], { stdio: 'ignore' });
      return;
    } catch (error) {
      if (left === 0) throw error; // else a thread ended between its being listed and moved
    }
  }
}
