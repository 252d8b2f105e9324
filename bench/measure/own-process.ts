import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../../local/bootstrap/paths.mjs';
import type { CaseContext } from '../cases/index.ts';
import { pinned } from '../servers/cores.ts';

const LONGEST_MS = 180_000;

/** Runs a script of bench/ on these cores, with queues of this prefix; the JSON it prints. */
export async function ownProcess<T>(
  { servers }: CaseContext,
  cores: string | null,
  script: string,
  args: readonly string[],
  prefix: string,
): Promise<T> {
  const command = [process.execPath, join(ROOT, 'bench', script), ...args];
  const [file = '', ...rest] = pinned(cores, command);
  const env = await servers.jobsEnvironment(prefix);
  const { stdout } = await promisify(execFile)(file, rest, { cwd: ROOT, env, timeout: LONGEST_MS });
  return JSON.parse(stdout) as T;
}
