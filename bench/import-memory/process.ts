import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { heapOf } from '../../local/bootstrap/heap.mjs';
import { ROOT } from '../../local/bootstrap/paths.mjs';
import { peakRssMb } from '../measure/peak-memory.ts';

const READY_LIMIT_MS = 60_000;
const LOG_TAIL = 4_000;

/** One process of the built product under measurement. */
export interface Measured {
  readonly baseUrl: string;
  /** Highest resident memory since it started, in MB of 10⁶ bytes. */
  peakRssMb(): number;
  stop(): Promise<void>;
}

/** Runs a command of dist to its end. @throws Error with its output when it fails */
export async function run(file: string, args: string[], env: NodeJS.ProcessEnv): Promise<void> {
  const child = spawn(process.execPath, [join(ROOT, 'dist', file), ...args], {
    cwd: ROOT,
    env,
    stdio: 'pipe',
  });
  const output = tail(child);
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${file} ${args[0] ?? ''} failed: ${output()}`);
}

/** Starts a role and waits until it is ready. @throws Error with the end of its log when it is not in a minute */
export async function startRole(
  role: 'api' | 'worker' | 'all',
  port: number,
  env: NodeJS.ProcessEnv,
): Promise<Measured> {
  const baseUrl = `http://127.0.0.1:${port}`;
  const child = spawn(
    process.execPath,
    [...heapOf(role), '--import', './dist/instrument.js', 'dist/main.js'],
    {
      cwd: ROOT,
      env: { ...env, ROLE: role, PORT: String(port), LOG_LEVEL: 'warn' },
      stdio: 'pipe',
    },
  );
  const output = tail(child);
  const limit = Date.now() + READY_LIMIT_MS;
  while (!(await isReady(baseUrl))) {
    if (child.exitCode !== null || Date.now() > limit) {
      child.kill('SIGKILL');
      throw new Error(`The ${role} did not become ready: ${output()}`);
    }
    await sleep(100);
  }
  return {
    baseUrl,
    peakRssMb: () => peakRssMb(child.pid ?? 0),
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}

async function isReady(baseUrl: string): Promise<boolean> {
  try {
    const { ok, body } = await fetch(`${baseUrl}/health/ready`, { signal: AbortSignal.timeout(2_000) });
    await body?.cancel();
    return ok;
  } catch {
    return false;
  }
}

function tail(child: ChildProcess): () => string {
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (more: string) => {
      text = (text + more).slice(-LOG_TAIL);
    });
  }
  return () => text;
}
