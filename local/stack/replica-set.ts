import { setTimeout as sleep } from 'node:timers/promises';
import mongoose from 'mongoose';
import type { Profile } from './program.ts';

type Client = mongoose.mongo.MongoClient;
type SetConfig = { version: number; members: { host: string }[] };

const RETRY_MS = 50;
const ATTEMPT_MS = 2_000;

/** https://www.mongodb.com/docs/manual/reference/error-codes/ */
const INVALID_REPLICA_SET_CONFIG = 93;
const NOT_YET_INITIALIZED = 94;
const ALREADY_INITIALIZED = 23;

/**
 * Brings the mongod on that port to a writable primary of rs0, whatever state a kill left it in: never
 * initiated, initiated half way, or configured for a port that it no longer has.
 */
export async function becomePrimary(port: number, profile: Profile, signal: AbortSignal): Promise<void> {
  const client = await connect(port, signal);
  try {
    for (;;) {
      signal.throwIfAborted();
      try {
        if (await isWritablePrimary(client)) return;
        await configure(client, `127.0.0.1:${port}`, profile);
      } catch {
        // Starting up and changing its role, it refuses in many ways; what counts is whether it arrives in time.
      }
      await sleep(RETRY_MS);
    }
  } finally {
    await client.close();
  }
}

async function connect(port: number, signal: AbortSignal): Promise<Client> {
  for (;;) {
    signal.throwIfAborted();
    const client = new mongoose.mongo.MongoClient(`mongodb://127.0.0.1:${port}`, {
      directConnection: true,
      serverSelectionTimeoutMS: ATTEMPT_MS,
      connectTimeoutMS: ATTEMPT_MS,
      socketTimeoutMS: 10_000,
      monitorCommands: false,
    });
    try {
      return await client.connect();
    } catch {
      await client.close();
      await sleep(RETRY_MS);
    }
  }
}

async function isWritablePrimary(client: Client): Promise<boolean> {
  const hello = await client.db('admin').command({ hello: 1 });
  return hello.isWritablePrimary === true;
}

async function configure(client: Client, host: string, profile: Profile): Promise<void> {
  const admin = client.db('admin');
  try {
    await admin.command({ replSetGetStatus: 1 });
  } catch (error) {
    const code = codeOf(error);
    if (code === NOT_YET_INITIALIZED) await initiate(client, host, profile);
    else if (code === INVALID_REPLICA_SET_CONFIG) await moveTo(client, host);
    else throw error;
  }
}

async function initiate(client: Client, host: string, profile: Profile): Promise<void> {
  const config = {
    _id: 'rs0',
    writeConcernMajorityJournalDefault: profile === 'durable',
    members: [{ _id: 0, host }],
  };
  try {
    await client.db('admin').command({ replSetInitiate: config });
  } catch (error) {
    if (codeOf(error) !== ALREADY_INITIALIZED) throw error;
  }
}

/** The member knows itself by host and port; on another port it is in no set until told so by force. */
async function moveTo(client: Client, host: string): Promise<void> {
  const config = await client.db('local').collection<SetConfig>('system.replset').findOne();
  const [member] = config?.members ?? [];
  if (!config || !member || member.host === host) return;
  member.host = host;
  config.version += 1;
  await client.db('admin').command({ replSetReconfig: config, force: true });
}

function codeOf(error: unknown): unknown {
  return error instanceof mongoose.mongo.MongoServerError ? error.code : undefined;
}
