import type { Connection, mongo } from 'mongoose';
import { sizeOf } from './bson-json.js';
import { isRetryableRead } from './database-errors.js';

export interface PageQuery {
  filter: Record<string, unknown>;
  projection: Record<string, unknown>;
  sort: Record<string, 1 | -1>;
  /** The index by name. */
  hint: string;
  limit: number;
  skip?: number;
}

/**
 * The documents of a page as BSON, by one `find` whose first batch is all of it. The driver's cursor would take each
 * document's fields apart before it gives its bytes away, a third of what reading a list allocates; a command answers
 * with the bytes alone. What the driver does for a cursor is done here: the read preference, and that a read which met
 * a server going away is tried once more (Retryable Reads, MongoDB driver specifications).
 */
export async function readPage<T extends object>(
  { db }: Connection,
  collection: mongo.Collection<T>,
  { limit, ...query }: PageQuery,
): Promise<Uint8Array[]> {
  if (!db) throw new Error('there is no connection to MongoDB yet');
  const command = { find: collection.collectionName, ...query, limit, batchSize: limit, singleBatch: true };
  const { readPreference } = collection;
  const options = { raw: true, ...(readPreference ? { readPreference } : {}) };
  const read = async () => firstBatch((await db.command(command, options)) as { cursor: Uint8Array });
  try {
    return await read();
  } catch (error) {
    if (!isRetryableRead(error)) throw error;
    return read();
  }
}

/** The documents of the reply, which stay where the socket's bytes are. */
function firstBatch({ cursor }: { cursor: Uint8Array }): Uint8Array[] {
  const bytes = Buffer.from(cursor.buffer, cursor.byteOffset, cursor.byteLength);
  const batch = valueOf(bytes, 'firstBatch');
  const documents: Uint8Array[] = [];
  const end = batch + bytes.readInt32LE(batch) - 1;
  for (let at = batch + 4; at < end;) {
    const start = bytes.indexOf(0, at + 1) + 1; // behind the type and the position's name
    at = start + bytes.readInt32LE(start);
    documents.push(bytes.subarray(start, at));
  }
  return documents;
}

/** Where an array of that name begins; a cursor has besides it an id (int64), a namespace (string) and flags. */
function valueOf(bytes: Buffer, name: string): number {
  for (let at = 4; at < bytes.length - 1;) {
    const type = bytes[at] ?? 0;
    const end = bytes.indexOf(0, at + 1);
    const value = end + 1;
    if (type === 4 && bytes.toString('latin1', at + 1, end) === name) return value;
    at = value + sizeOf(bytes, type, value);
  }
  throw new Error(`the reply has no ${name}`);
}
