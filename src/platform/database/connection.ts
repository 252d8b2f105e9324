import mongoose, { mongo } from 'mongoose';
import type { ConnectOptions } from 'mongoose';
import type { Logger } from 'pino';
import { StartupError, type Config } from '../../config/config.js';
import { messageOf } from '../../kernel/errors.js';

type Settings = Config['database'];

/** The pool's options (requirements R1.1). Buffering is off: an operation without a connection fails at once. */
export function connectOptions(settings: Settings): ConnectOptions {
  return {
    maxPoolSize: settings.maxPoolSize,
    minPoolSize: settings.minPoolSize,
    maxIdleTimeMS: 30_000,
    serverSelectionTimeoutMS: 15_000,
    socketTimeoutMS: 45_000,
    connectTimeoutMS: 10_000,
    waitQueueTimeoutMS: 10_000,
    maxConnecting: 10,
    ...(settings.compressionLevel > 0
      ? { compressors: ['zlib'] as const, zlibCompressionLevel: settings.compressionLevel as 6 }
      : {}),
    retryWrites: true,
    retryReads: true,
    writeConcern: { w: 'majority' },
    readPreference: settings.readPreference,
    autoIndex: false,
    autoCreate: false,
    bufferCommands: false,
    ...(settings.ipFamily ? { family: settings.ipFamily } : {}),
    appName: 'entrepot',
  };
}

const TRIES = 5;
const TRY_MS = 3_000;
const MAX_PAUSE_MS = 30_000;

/**
 * Waits for a writable primary: at most five tries with exponential backoff capped at 30 s (requirements R1.2).
 * @throws StartupError with one sentence when there is none
 */
export async function waitForDatabase(uri: string, logger: Logger): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const fault = await tryOnce(uri);
    if (!fault) return;
    if (attempt === TRIES) {
      throw new StartupError(
        `MongoDB is not reachable at ${withoutPassword(uri)} after ${TRIES} tries: ${fault}`,
      );
    }
    const pause = Math.min(500 * 2 ** (attempt - 1), MAX_PAUSE_MS);
    logger.warn({ attempt, of: TRIES, retryInMs: pause, fault }, 'MongoDB is not reachable yet');
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

async function tryOnce(uri: string): Promise<string | undefined> {
  let client: mongo.MongoClient | undefined;
  try {
    client = new mongo.MongoClient(uri, { serverSelectionTimeoutMS: TRY_MS, connectTimeoutMS: TRY_MS });
    const hello = await client.db().command({ hello: 1 });
    if (!hello['setName']) return 'it is not a replica set, which transactions need; start it with --replSet';
    return undefined;
  } catch (error) {
    return messageOf(error);
  } finally {
    await client?.close();
  }
}

/** A connection string fit for a log. */
export function withoutPassword(uri: string): string {
  return uri.replace(/\/\/([^:@/]+):[^@/]*@/, '//$1:***@');
}

/** Opens one pooled connection outside Nest, for operator commands. */
export async function openConnection(
  settings: Settings,
  options: Pick<ConnectOptions, 'socketTimeoutMS'> = {},
): Promise<mongoose.Connection> {
  return mongoose.createConnection(settings.uri, { ...connectOptions(settings), ...options }).asPromise();
}
