import { mongo } from 'mongoose';

const UNAVAILABLE = new Set([
  'MongoServerSelectionError',
  'MongoNetworkError',
  'MongoNetworkTimeoutError',
  'MongoPoolClearedError',
  'MongoNotConnectedError',
  'MongoTopologyClosedError',
  'MongoClientClosedError',
  'MongoWaitQueueTimeoutError',
  'MongooseServerSelectionError',
]);
/** Server codes of a node that is going down, stepping down or electing (server error_codes.yml). */
const UNAVAILABLE_CODES = new Set([91, 189, 10107, 11600, 11602, 13435, 13436, 50]);

/** Whether an error says that the database could not be reached, rather than that it refused the operation. */
export function isDatabaseUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (UNAVAILABLE.has(error.name)) return true;
  if (/buffering timed out|before initial connection is complete/.test(error.message)) return true;
  return error instanceof mongo.MongoServerError && UNAVAILABLE_CODES.has(Number(error.code));
}

/** Whether a write was refused by a unique index; with `index`, by that one. */
export function isDuplicateKey(error: unknown, index?: string): boolean {
  return (
    error instanceof mongo.MongoServerError &&
    error.code === 11000 &&
    (index === undefined || error.message.includes(`index: ${index} `))
  );
}
