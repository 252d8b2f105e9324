import { randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import mongoose from 'mongoose';
import type { OwnStack } from '../../local/stack/stack.ts';
import { startStack } from '../../local/stack/stack.ts';
import { createStackFolder, removeStackFolder } from '../../local/stack/sweep.ts';
import { withDatabase, withRedisDatabase } from '../../local/stack/uri.ts';

/** The shared servers as one spec file sees them: nothing of another file, nothing left of an earlier run. */
export interface TestStack {
  /** With a database name of its own. */
  readonly mongodbUri: string;
  readonly databaseName: string;
  /** With a numbered database of its own where the server has enough of them. */
  readonly redisUrl: string;
  /** For every key and queue: also separates pub/sub, which numbered databases do not. */
  readonly redisPrefix: string;
  /** As the app reads it: MONGODB_URI, REDIS_URL, QUEUE_PREFIX. */
  readonly env: Readonly<Record<'MONGODB_URI' | 'REDIS_URL' | 'QUEUE_PREFIX', string>>;
  /** Drops the database; call it in `afterAll`, after the app has closed. */
  release(): Promise<void>;
}

/** Servers of one spec file alone, to be killed, frozen and restarted; what they acknowledge is on disk. */
export interface DedicatedStack extends OwnStack {
  readonly env: TestStack['env'];
  /** Stops the servers and deletes their data; call it in `afterAll`. */
  stop(): Promise<void>;
}

const REDIS_COUNTER = 'entrepot:test:databases';

/** A database and key space on the servers that `npm test` started. */
export async function testStack(): Promise<TestStack> {
  const id = randomBytes(6).toString('hex');
  const databaseName = `test_${id}`;
  const mongodbUri = withDatabase(required('TEST_MONGODB_URI'), databaseName);
  const redisUrl = await ownRedisDatabase(required('TEST_REDIS_URL'));
  const redisPrefix = `test-${id}`;
  return {
    mongodbUri,
    databaseName,
    redisUrl,
    redisPrefix,
    env: { MONGODB_URI: mongodbUri, REDIS_URL: redisUrl, QUEUE_PREFIX: redisPrefix },
    release: () => dropDatabase(mongodbUri),
  };
}

/** Starts MongoDB and Valkey for this spec file only. */
export async function dedicatedStack(): Promise<DedicatedStack> {
  // Below the folder of the test run, which ends what a cut short spec leaves.
  const shared = process.env.TEST_STACK_FOLDER;
  const folder = shared ? mkdtempSync(join(shared, 'dedicated-')) : createStackFolder();
  const stack = await startStack({ dir: folder, profile: 'durable' });
  return {
    ...stack,
    env: { MONGODB_URI: stack.mongodbUri, REDIS_URL: stack.redisUrl, QUEUE_PREFIX: 'entrepot' },
    stop: () => removeStackFolder(folder),
  };
}

function required(name: string): string {
  const value = process.env[name];
  if (!value)
    throw new Error(`${name} is not set: run specs with \`npm test -- <path>\`, which starts the servers`);
  return value;
}

/** Takes the next numbered database that no file has used; stays on the given one when there are too few. */
async function ownRedisDatabase(url: string): Promise<string> {
  const client = new Redis(url, { lazyConnect: true, maxRetriesPerRequest: 1 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const index = await client.incr(REDIS_COUNTER);
    await client.select(index);
    return withRedisDatabase(url, index);
  } catch (error) {
    if (/out of range/i.test(String(error))) return url;
    throw error;
  } finally {
    client.disconnect();
  }
}

async function dropDatabase(uri: string): Promise<void> {
  const client = new mongoose.mongo.MongoClient(uri);
  try {
    await client.db().dropDatabase();
  } finally {
    await client.close();
  }
}
