import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { lastLines, readJson, writeAtomically } from '../bootstrap/files.mjs';
import {
  commandLine,
  endProcess,
  findProcesses,
  isRunning,
  signal as send,
  waitForExit,
} from '../bootstrap/process.mjs';
import { UserError } from '../bootstrap/progress.mjs';
import { choosePort, portIsFree } from './ports.ts';
import type { ServerProgram } from './program.ts';

/** A server that we started (or took over) and may kill. */
export interface ServerHandle {
  readonly pid: number;
  readonly port: number;
  /** Sends a signal; after SIGKILL or SIGTERM it resolves once the process is gone. */
  kill(signal: NodeJS.Signals): Promise<void>;
  /** Ends it if it still runs, then starts it on the same port and data; resolves when usable. */
  restart(): Promise<void>;
  /** Clean stop; wakes a frozen server first. */
  stop(): Promise<void>;
}

const START_LIMIT_MS = 60_000;
const ADOPT_LIMIT_MS = 8_000;
const EXIT_LIMIT_MS = 20_000;
const PORT_ATTEMPTS = 3;
const PORT_LIMIT_MS = 5_000;

/** One server process on one data directory, from start to stop. */
export class ManagedServer implements ServerHandle {
  readonly #program: ServerProgram;
  readonly #statePath: string;
  readonly #logPath: string;
  pid = 0;
  port = 0;

  private constructor(program: ServerProgram) {
    this.#program = program;
    const folder = dirname(program.dataDir);
    this.#statePath = join(folder, `${program.name}.pid.json`);
    this.#logPath = join(folder, `${program.name}.log`);
  }

  /**
   * Takes over the server that an earlier run left on this data directory when it still answers, else
   * starts one, on the wanted or the previous port where those are free.
   */
  static async open(
    program: ServerProgram,
    log: (text: string) => void,
    wantedPort?: number,
  ): Promise<ManagedServer> {
    const server = new ManagedServer(program);
    mkdirSync(program.dataDir, { recursive: true });
    const before = server.#readState();
    const leftover = findServer(program, before?.pid);
    if (leftover !== null) {
      if (await server.#adopt(leftover)) {
        log(
          `${program.label}: taking over the one still running on port ${leftover.port} (pid ${leftover.pid})`,
        );
        return server;
      }
      log(`${program.label}: ending the one left by an earlier run (pid ${leftover.pid})`);
      await endProcess(leftover.pid, program.markers, EXIT_LIMIT_MS);
    }
    await server.#startOnAnyPort([wantedPort, before?.port]);
    return server;
  }

  async kill(signal: NodeJS.Signals): Promise<void> {
    if (!isRunning(this.pid, this.#program.markers)) return;
    send(this.pid, signal);
    if (signal !== 'SIGKILL' && signal !== 'SIGTERM') return;
    if (!(await waitForExit(this.pid, this.#program.markers, EXIT_LIMIT_MS))) {
      throw new Error(`${this.#program.label} (pid ${this.pid}) did not end by ${signal}`);
    }
  }

  async restart(): Promise<void> {
    await endProcess(this.pid, this.#program.markers, EXIT_LIMIT_MS);
    await waitForPort(this.port);
    await this.#start(this.port);
  }

  async stop(): Promise<void> {
    await endProcess(this.pid, this.#program.markers, EXIT_LIMIT_MS);
    // The port stays noted: the next start prefers it, so that addresses remain the same.
    this.#writeState(0);
  }

  async #adopt({ pid, port }: { pid: number; port: number }): Promise<boolean> {
    try {
      await this.#program.ready(port, AbortSignal.timeout(ADOPT_LIMIT_MS));
    } catch {
      return false;
    }
    this.pid = pid;
    this.port = port;
    this.#writeState(pid);
    return true;
  }

  async #startOnAnyPort(wanted: readonly (number | undefined)[]): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      const port = await choosePort(attempt === 1 ? wanted : []);
      try {
        await this.#start(port);
        return;
      } catch (error) {
        // Somebody may take a free port between the look and the start.
        if (attempt === PORT_ATTEMPTS || (await portIsFree(port))) throw error;
      }
    }
  }

  async #start(port: number): Promise<void> {
    const output = openSync(this.#logPath, 'w');
    // A process group of its own: Ctrl-C in the terminal goes to the command, which stops servers in order.
    const child = spawn(this.#program.binary, this.#program.args(port), {
      cwd: this.#program.dataDir,
      stdio: ['ignore', output, output],
      detached: true,
    });
    closeSync(output);
    child.unref();
    const ended = new AbortController();
    child.once('error', (error) => {
      ended.abort(error);
    });
    child.once('exit', (code, name) => {
      ended.abort(new Error(`ended with ${name ?? `exit code ${code ?? '?'}`}`));
    });
    this.pid = child.pid ?? 0;
    this.port = port;
    this.#writeState(this.pid);
    try {
      await this.#program.ready(port, AbortSignal.any([ended.signal, AbortSignal.timeout(START_LIMIT_MS)]));
      // Something else may answer on that port.
      ended.signal.throwIfAborted();
    } catch (error) {
      await endProcess(this.pid, this.#program.markers, 2_000);
      const cause: unknown = ended.signal.aborted ? ended.signal.reason : error;
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new UserError(
        `${this.#program.label} did not start on port ${port}: ${reason}; log: ${this.#logPath}`,
        lastLines(this.#logPath, 8),
      );
    }
  }

  #readState(): { pid: number; port: number } | null {
    const state = readJson(this.#statePath) as { pid?: unknown; port?: unknown } | null;
    return typeof state?.pid === 'number' && typeof state.port === 'number'
      ? { pid: state.pid, port: state.port }
      : null;
  }

  #writeState(pid: number): void {
    writeAtomically(this.#statePath, JSON.stringify({ pid, port: this.port }));
  }
}

/**
 * The process that serves this data directory: by the noted pid, or by a look at all processes, since a
 * kill may have come between the start and the note.
 */
function findServer(program: ServerProgram, noted: number | undefined): { pid: number; port: number } | null {
  const pid =
    noted !== undefined && isRunning(noted, program.markers) ? noted : findProcesses(program.markers)[0];
  if (pid === undefined) return null;
  return { pid, port: Number(/--port (\d+)/.exec(commandLine(pid) ?? '')?.[1]) };
}

/** The system may need a moment to give up the port of a killed process. */
async function waitForPort(port: number): Promise<void> {
  const limit = Date.now() + PORT_LIMIT_MS;
  while (!(await portIsFree(port))) {
    if (Date.now() > limit) throw new Error(`port ${port} is taken by another process`);
    await sleep(20);
  }
}
