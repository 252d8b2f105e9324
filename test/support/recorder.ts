import mongoose, { mongo } from 'mongoose';
import { withDatabase } from '../../local/stack/uri.ts';

/** A database command of the application as MongoDB's profiler saw it run. */
export interface RecordedCommand {
  /** e.g. `find products`, `findAndModify jobs`. */
  name: string;
  collection: string;
  command: Record<string, any>;
  /** How it found its documents: `IXSCAN { shop: 1 }`, `IDHACK`, `COLLSCAN` …; empty for an insert. */
  plan: string;
  /** Whether it sorted in memory. */
  sorted: boolean;
}

const PROFILE_BYTES = 64_000_000;
const OWN_NAME = 'recorder';

/**
 * Records every command the application sends to its database by profiling level 2: what was run, not what a test
 * thinks is run. What the recorder's own connection does is left out.
 */
export class CommandRecorder {
  private seen = 0;

  private constructor(
    private readonly client: mongo.MongoClient,
    /** For a test's own looks and preparations while the recorder runs. */
    readonly db: mongo.Db,
  ) {}

  static async start(databaseName: string): Promise<CommandRecorder> {
    const uri = withDatabase(process.env.TEST_MONGODB_URI ?? '', databaseName);
    const client = await new mongoose.mongo.MongoClient(uri, { appName: OWN_NAME }).connect();
    const db = client.db();
    await db.createCollection('system.profile', { capped: true, size: PROFILE_BYTES });
    await db.command({ profile: 2 });
    return new CommandRecorder(client, db);
  }

  /** The commands since the last time it was asked. */
  async take(): Promise<RecordedCommand[]> {
    const entries = await this.db.collection('system.profile').find().skip(this.seen).toArray();
    this.seen += entries.length;
    return entries
      .filter((entry) => entry['appName'] === 'entrepot' && !/\.system\./.test(entry['ns']))
      .filter((entry) => !isChangeStream(entry))
      .map(toCommand);
  }

  async stop(): Promise<void> {
    await this.db.command({ profile: 0 });
    await this.client.close();
  }
}

/** It reads the oplog, in the order of the oplog. */
function isChangeStream({ command, originatingCommand = command }: mongo.Document): boolean {
  return originatingCommand?.pipeline?.[0]?.$changeStream !== undefined;
}

function toCommand({
  op,
  ns,
  command,
  planSummary = '',
  hasSortStage = false,
}: mongo.Document): RecordedCommand {
  const collection = ns.slice(ns.indexOf('.') + 1);
  // an update or remove is profiled by statement; others by the command, whose first key is its name
  const verb = op === 'command' || op === 'query' ? (Object.keys(command)[0] ?? op) : op;
  return { name: `${verb} ${collection}`, collection, command, plan: planSummary, sorted: hasSortStage };
}
