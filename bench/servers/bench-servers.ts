import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { heapOf } from '../../local/bootstrap/heap.mjs';
import { ROOT } from '../../local/bootstrap/paths.mjs';
import { say } from '../../local/bootstrap/progress.mjs';
import type { OwnStack } from '../../local/stack/stack.ts';
import { withDatabase } from '../../local/stack/uri.ts';
import { fillDatabase, type BenchDatabase } from '../data/database.ts';
import type { PlannedShop } from '../data/population.ts';
import { pin, type Cores } from './cores.ts';
import { RAISED_LIMITS } from './raised-limits.ts';
import { startServer, type Server } from './server.ts';

const MAIN = join(ROOT, 'dist', 'main.js');

/** Databases and servers of a run, each made when a case first asks for it. */
export class BenchServers {
  readonly #databases = new Map<string, Promise<BenchDatabase>>();
  readonly #servers = new Map<string, Promise<Server>>();
  readonly #secret = randomBytes(32).toString('base64url');
  readonly #stack: OwnStack;
  readonly #cores: Cores;
  readonly #folder: string;
  readonly #profile: boolean;

  /** With `profile` the application writes its CPU profile to `folder` when it stops. */
  constructor(stack: OwnStack, cores: Cores, folder: string, profile: boolean) {
    this.#stack = stack;
    this.#cores = cores;
    this.#folder = folder;
    this.#profile = profile;
  }

  database(name: string, plan: () => readonly PlannedShop[]): Promise<BenchDatabase> {
    return once(this.#databases, name, () => {
      const uri = withDatabase(this.#stack.mongodbUri, name);
      return fillDatabase(uri, plan(), { ...process.env, ...this.#environment(uri) });
    });
  }

  /**
   * The application as `npm start` runs it in production, serving one database; every setting at its default but the
   * limits, which are counted and out of reach, and those given. One for a database: the first to ask decides.
   */
  app({ uri }: BenchDatabase, env: Readonly<Record<string, string>> = {}): Promise<Server> {
    const { args, ...ours } = this.#ours('api', uri, MAIN, env);
    return this.#start('app', uri, { args: [...this.#profiling(), ...args], ...ours });
  }

  /** The application in two processes, which may use any core. */
  appInTwo({ uri }: BenchDatabase): Promise<Server> {
    return this.#start('app-in-two', uri, this.#ours('api', uri, MAIN, { WEB_CONCURRENCY: '2' }), null);
  }

  /**
   * A worker beside the application on the same database and queues. The application keeps its core to itself: a
   * worker runs where the database does.
   */
  worker({ uri }: BenchDatabase): Promise<Server> {
    const main = join(ROOT, 'bench', 'jobs', 'worker.mjs');
    return this.#start('worker', uri, this.#ours('worker', uri, main), this.#cores.others);
  }

  /** A server of bench/baselines on the same database. */
  baseline(
    name: string,
    { uri }: BenchDatabase,
    env: Readonly<Record<string, string>> = {},
  ): Promise<Server> {
    return this.#start(name, uri, {
      args: ['--disable-warning=ExperimentalWarning', join(ROOT, 'bench', 'baselines', `${name}.ts`)],
      env: { MONGODB_URI: uri, ...env },
      readyPath: '/ready',
    });
  }

  /** Does work that MongoDB and Valkey do as much of as any process: meanwhile they may use any core. */
  async onAllCores<T>(work: () => Promise<T>): Promise<T> {
    this.#pinStores(this.#cores.all);
    try {
      return await work();
    } finally {
      this.#pinStores(this.#cores.others);
    }
  }

  /** For a process that works on jobs: an empty database, and queues of this prefix. */
  async jobsEnvironment(prefix: string): Promise<NodeJS.ProcessEnv> {
    const { uri } = await this.database('bench_jobs', () => []);
    const { PATH } = process.env;
    return { PATH, NODE_ENV: 'production', ...this.#environment(uri), QUEUE_PREFIX: prefix };
  }

  /** A file in the run's folder, which goes with it. */
  file(name: string): string {
    return join(this.#folder, name);
  }

  /** Stops every server that was started; those that fail to stop do not keep the others. */
  async stop(): Promise<void> {
    await Promise.allSettled([...this.#servers.values()].map(async (server) => (await server).stop()));
  }

  #start(
    name: string,
    uri: string,
    options: Pick<Parameters<typeof startServer>[0], 'args' | 'env' | 'readyPath'>,
    core: string | null = this.#cores.server,
  ) {
    const key = `${name}-${databaseOf(uri)}`;
    return once(this.#servers, key, () => {
      say(`starting ${key}`);
      return startServer({
        name: key,
        core,
        logPath: join(this.#folder, `${key}.log`),
        ...options,
        args: [...heapOf(options.env['ROLE']), ...options.args],
      });
    });
  }

  #pinStores(cores: string | null): void {
    for (const { pid } of [this.#stack.mongo, this.#stack.redis]) pin(cores, pid);
  }

  #profiling(): string[] {
    return this.#profile ? ['--cpu-prof', '--cpu-prof-interval=500', `--cpu-prof-dir=${this.#folder}`] : [];
  }

  /** The product in a role, as `npm start` runs it. */
  #ours(role: string, uri: string, main: string, more: Readonly<Record<string, string>> = {}) {
    return {
      args: ['--import', join(ROOT, 'dist', 'instrument.js'), main],
      env: { ...this.#environment(uri), ROLE: role, QUEUE_PREFIX: databaseOf(uri), ...more },
      readyPath: '/health/ready',
    };
  }

  #environment(uri: string): Record<string, string> {
    return { MONGODB_URI: uri, REDIS_URL: this.#stack.redisUrl, SECRET_KEY: this.#secret, ...RAISED_LIMITS };
  }
}

function once<T>(known: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  const made = known.get(key) ?? make();
  known.set(key, made);
  return made;
}

function databaseOf(uri: string): string {
  return new URL(uri).pathname.slice(1);
}
