import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { lastLines } from '../../local/bootstrap/files.mjs';
import { ROOT } from '../../local/bootstrap/paths.mjs';
import { endProcess } from '../../local/bootstrap/process.mjs';
import { UserError } from '../../local/bootstrap/progress.mjs';
import { freePort } from '../../local/stack/ports.ts';
import { pinned } from './cores.ts';

export interface ServerOptions {
  readonly name: string;
  /** Node's arguments. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Answers 200 when the server can be used. */
  readonly readyPath: string;
  readonly core: string | null;
  readonly logPath: string;
}

/** A server under test. */
export interface Server {
  readonly baseUrl: string;
  readonly pid: number;
  stop(): Promise<void>;
}

const READY_LIMIT_MS = 60_000;

/**
 * Starts a server on a free port, pinned to its core, with nothing of our own environment but PATH.
 * @throws UserError with the end of its log when it does not become ready
 */
export async function startServer(options: ServerOptions): Promise<Server> {
  const port = await freePort();
  const [command = process.execPath, ...args] = pinned(options.core, [process.execPath, ...options.args]);
  const output = openSync(options.logPath, 'w');
  const child = spawn(command, args, {
    cwd: ROOT,
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'production',
      HOST: '127.0.0.1',
      PORT: String(port),
      ...options.env,
    },
    stdio: ['ignore', output, output],
  });
  closeSync(output);
  let ended = '';
  child.once('error', (error) => (ended = error.message));
  child.once('exit', (code, name) => (ended = name ?? `exit code ${code ?? '?'}`));
  const pid = child.pid ?? 0;
  const server: Server = {
    baseUrl: `http://127.0.0.1:${port}`,
    pid,
    stop: async () => {
      await endProcess(pid, [options.args.at(-1) ?? '']);
    },
  };
  const limit = Date.now() + READY_LIMIT_MS;
  while (!(await isReady(server.baseUrl + options.readyPath))) {
    if (ended !== '' || Date.now() > limit) {
      await server.stop();
      throw new UserError(
        `${options.name} did not start: ${ended || 'not ready in time'}`,
        lastLines(options.logPath),
      );
    }
    await sleep(50);
  }
  return server;
}

async function isReady(url: string): Promise<boolean> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(5_000) });
    await answer.body?.cancel();
    return answer.ok;
  } catch {
    return false;
  }
}
