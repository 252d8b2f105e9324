import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { ApiClient } from './client.js';
import { eventually } from './eventually.js';
import { NO_LIMITS } from './limits.js';

const ROOT = join(import.meta.dirname, '../..');
const SECRET_KEY = 'a secret key that only the tests know about';
const alive = new Set<ChildProcess>();

process.once('exit', () => {
  for (const child of alive) child.kill('SIGKILL');
});

/** A process of the product as an operator starts it, from dist. */
export class Program {
  stdout = '';
  stderr = '';
  readonly child: ChildProcess;
  /** Exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;

  constructor(args: string[], env: Record<string, string>) {
    const { PATH = '', HOME = '' } = process.env;
    // nothing of the test run's own environment
    this.child = spawn(process.execPath, args, {
      cwd: ROOT,
      env: { PATH, HOME, SECRET_KEY, ...NO_LIMITS, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    alive.add(this.child);
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => (this.stdout += text));
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    this.ended = new Promise((resolve) => {
      this.child.once('close', (code, signal) => {
        alive.delete(this.child);
        resolve(code ?? signal ?? 1);
      });
    });
  }

  /** The JSON lines it logged. */
  logs(): Record<string, any>[] {
    return this.stdout
      .split('\n')
      .filter((line) => line.startsWith('{') && line.endsWith('}'))
      .map((line) => JSON.parse(line) as Record<string, any>);
  }

  /** Sends a signal and gives how it ended. */
  async kill(signal: NodeJS.Signals): Promise<number | NodeJS.Signals> {
    this.child.kill(signal);
    return this.ended;
  }
}

/** The product serving on a free port. */
export class Service extends Program {
  api: ApiClient = new ApiClient('');

  /** Starts it and waits until it says it is up; its end before that is an error with what it said. */
  static async start(env: Record<string, string>, main = 'dist/main.js'): Promise<Service> {
    const service = new Service(env, main);
    let early: unknown;
    void service.ended.then((code) => (early = code));
    await eventually(() => {
      if (early !== undefined) return;
      const up = service.logs().find(({ msg }) => msg === 'Entrepot is up');
      if (!up) throw new Error('not up yet');
      service.api = new ApiClient(up['url'] as string);
    }, 60_000);
    if (early !== undefined) throw new Error(`ended with ${String(early)}: ${service.stderr}`);
    return service;
  }

  private constructor(env: Record<string, string>, main: string) {
    super(['--import', './dist/instrument.js', main], { PORT: '0', ...env });
  }
}

/** Runs main to its end: for starts that must fail. */
export async function failedStart(
  env: Record<string, string>,
): Promise<Program & { code: number | NodeJS.Signals }> {
  return run(['--import', './dist/instrument.js', 'dist/main.js'], { PORT: '0', ...env });
}

/** Runs `migrate` with arguments to its end. */
export async function migrate(
  args: string[],
  env: Record<string, string>,
): Promise<Program & { code: number | NodeJS.Signals }> {
  return run(['dist/migrate.js', ...args], env);
}

/** Runs the operator's command line to its end. */
export async function cli(
  args: string[],
  env: Record<string, string>,
): Promise<Program & { code: number | NodeJS.Signals }> {
  return run(['dist/cli.js', ...args], env);
}

async function run(
  args: string[],
  env: Record<string, string>,
): Promise<Program & { code: number | NodeJS.Signals }> {
  const program = new Program(args, env);
  return Object.assign(program, { code: await program.ended });
}
