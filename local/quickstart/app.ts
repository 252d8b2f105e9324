import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { lastLines } from '../bootstrap/files.mjs';
import { heapOf } from '../bootstrap/heap.mjs';
import { ROOT } from '../bootstrap/paths.mjs';
import { endProcess, findProcesses } from '../bootstrap/process.mjs';
import { UserError } from '../bootstrap/progress.mjs';
import { APP_MARKERS, MARKER_OPTION } from './markers.mjs';
import { places } from './places.ts';

const READY_LIMIT_MS = 90_000;
const STOP_LIMIT_MS = 25_000;

/** The running app. */
export interface App {
  readonly pid: number;
  /** Resolves with a sentence when the app ends; never rejects. */
  readonly ended: Promise<string>;
  stop(): Promise<void>;
}

/** Starts the app with its output in .local/logs/app.log (the log of the start before is kept beside it). */
export function startApp(env: NodeJS.ProcessEnv): App {
  mkdirSync(dirname(places.appLog), { recursive: true });
  if (existsSync(places.appLog)) renameSync(places.appLog, `${places.appLog}.1`);
  const output = openSync(places.appLog, 'a');
  const main = join(places.dist, 'main.js');
  const args = [MARKER_OPTION, ...heapOf('all'), '--import', join(places.dist, 'instrument.js'), main];
  // Detached: Ctrl-C reaches the quickstart, which stops the app before its servers.
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    env,
    stdio: ['ignore', output, output],
    detached: true,
  });
  closeSync(output);
  const pid = child.pid ?? 0;
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => {
      resolve(error.message);
    });
    child.once('exit', (code, name) => {
      resolve(name ?? `exit code ${code ?? '?'}`);
    });
  });
  return {
    pid,
    ended,
    stop: async () => {
      await endProcess(pid, APP_MARKERS, STOP_LIMIT_MS);
    },
  };
}

/**
 * Waits until the app says that it is ready.
 * @throws UserError with the end of its log when it ends before, or is not ready in time
 */
export async function waitUntilReady(app: App, baseUrl: string, signal: AbortSignal): Promise<void> {
  const ended: string[] = [];
  void app.ended.then((reason) => ended.push(reason));
  const limit = Date.now() + READY_LIMIT_MS;
  while (!(await isReady(baseUrl))) {
    signal.throwIfAborted();
    if (ended[0] !== undefined) throw appEnded(ended[0]);
    if (Date.now() > limit) {
      throw new UserError(
        `The app was not ready after ${READY_LIMIT_MS / 1000} s; log: ${places.appLog}`,
        appLogEnd(),
      );
    }
    await sleep(100, undefined, { signal });
  }
}

/** The sentence for an app that ended by itself, with the end of its log. */
export function appEnded(reason: string): UserError {
  return new UserError(`The app ended by itself (${reason}); log: ${places.appLog}`, appLogEnd());
}

/** Ends the app that a killed quickstart of this checkout left running. */
export async function endLeftApps(log: (text: string) => void): Promise<void> {
  for (const pid of findProcesses(APP_MARKERS)) {
    log(`ending the app left by an earlier run (pid ${pid})`);
    await endProcess(pid, APP_MARKERS, STOP_LIMIT_MS);
  }
}

async function isReady(baseUrl: string): Promise<boolean> {
  try {
    const answer = await fetch(`${baseUrl}/health/ready`, { signal: AbortSignal.timeout(5_000) });
    await answer.body?.cancel();
    return answer.status === 200;
  } catch {
    return false;
  }
}

function appLogEnd(): string {
  return lastLines(places.appLog, 25);
}
