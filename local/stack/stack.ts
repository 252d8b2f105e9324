import { mkdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { BINARY_DIR } from '../bootstrap/paths.mjs';
import type { Resolved } from '../servers/resolve.ts';
import { resolveServers } from '../servers/resolve.ts';
import type { ServerHandle } from './managed-server.ts';
import { ManagedServer } from './managed-server.ts';
import { mongodProgram } from './mongod.ts';
import type { Profile } from './program.ts';
import { valkeyProgram } from './valkey.ts';

export type { ServerHandle } from './managed-server.ts';

export interface StackOptions {
  /** Holds the data of both servers, their logs and pid files. */
  readonly dir: string;
  /** Preferred ports; another free one is taken when something else has them. */
  readonly mongoPort?: number;
  readonly redisPort?: number;
  readonly profile?: Profile;
  readonly log?: (text: string) => void;
}

/** Addresses of the servers; a handle is null when the server belongs to somebody else. */
export interface Stack {
  /** With the database `entrepot`. */
  readonly mongodbUri: string;
  readonly redisUrl: string;
  readonly mongo: ServerHandle | null;
  readonly redis: ServerHandle | null;
  /** Stops what we started, both at once. */
  stop(): Promise<void>;
}

/** A stack whose servers are ours: they may be killed, frozen and restarted. */
export interface OwnStack extends Stack {
  readonly mongo: ServerHandle;
  readonly redis: ServerHandle;
}

/** Starts (or takes over) an own replica set and an own Valkey, whatever MONGODB_URI and REDIS_URL say. */
export async function startStack(options: StackOptions): Promise<OwnStack> {
  const stack = await open(options, true);
  const { mongo, redis } = stack;
  if (mongo === null || redis === null) throw new Error('an own stack has own servers');
  return { ...stack, mongo, redis };
}

/** Like startStack, but uses the servers of MONGODB_URI and REDIS_URL where these are set. */
export function useOrStartStack(options: StackOptions): Promise<Stack> {
  return open(options, false);
}

async function open(options: StackOptions, ownOnly: boolean): Promise<Stack> {
  const log = options.log ?? (() => undefined);
  const profile = options.profile ?? 'durable';
  mkdirSync(options.dir, { recursive: true });
  // Servers are recognised by the folder in their command line: it must always be spelled the same.
  const dir = realpathSync(options.dir);
  const found = await resolveServers({ binaryDir: BINARY_DIR, env: process.env, log, ownOnly });
  const [mongo, redis] = await bothOrNone([
    start(found.mongodb, (path) =>
      ManagedServer.open(mongodProgram(path, join(dir, 'mongo'), profile), log, options.mongoPort),
    ),
    start(found.valkey, (path) =>
      ManagedServer.open(valkeyProgram(path, join(dir, 'valkey'), profile), log, options.redisPort),
    ),
  ]);
  return {
    mongodbUri: external(found.mongodb) ?? `mongodb://127.0.0.1:${mongo?.port ?? 0}/entrepot?replicaSet=rs0`,
    redisUrl: external(found.valkey) ?? `redis://127.0.0.1:${redis?.port ?? 0}`,
    mongo,
    redis,
    stop: async () => {
      await Promise.all([mongo?.stop(), redis?.stop()]);
    },
  };
}

async function start(found: Resolved, openServer: (binary: string) => Promise<ManagedServer>) {
  return found.kind === 'external' ? null : openServer(found.path);
}

function external(found: Resolved): string | undefined {
  return found.kind === 'external' ? found.uri : undefined;
}

/** When one server fails to start, the other one is stopped again. */
async function bothOrNone(
  starting: [Promise<ManagedServer | null>, Promise<ManagedServer | null>],
): Promise<[ManagedServer | null, ManagedServer | null]> {
  const results = await Promise.allSettled(starting);
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) {
    for (const result of results) if (result.status === 'fulfilled') await result.value?.stop();
    throw failed.reason;
  }
  return Promise.all(starting);
}
