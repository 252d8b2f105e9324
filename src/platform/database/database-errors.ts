import { mongo } from 'mongoose';

const UNAVAILABLE = new Set([
  'MongoServerSelectionError',
  'MongoPoolClosedError',
  'MongoServerClosedError',
  'MongoNotConnectedError',
  'MongoTopologyClosedError',
  'MongoClientClosedError',
  'MongoWaitQueueTimeoutError',
  'MongooseServerSelectionError',
]);
const MAX_TIME_EXPIRED = 50;
/** Server codes of a node that is going down, stepping down or electing, or too slow (server error_codes.yml). */
const UNAVAILABLE_CODES = new Set([91, 189, 10107, 11600, 11602, 13435, 13436, MAX_TIME_EXPIRED]);

const DUPLICATE_KEY = 11000;

/** Whether an error says that the database could not be reached, rather than that it refused the operation. */
export function isDatabaseUnavailable(error: unknown): boolean {
  if (isConnectionLost(error)) return true;
  if (!(error instanceof Error)) return false;
  if (UNAVAILABLE.has(error.name)) return true;
  if (/buffering timed out|before initial connection is complete/.test(error.message)) return true;
  return error instanceof mongo.MongoServerError && UNAVAILABLE_CODES.has(Number(error.code));
}

/** Whether a read may succeed on another try: the connection broke, or the server was going away. */
export function isRetryableRead(error: unknown): boolean {
  if (isConnectionLost(error)) return true;
  return (
    error instanceof mongo.MongoServerError &&
    error.code !== MAX_TIME_EXPIRED &&
    UNAVAILABLE_CODES.has(Number(error.code))
  );
}

/** Of a command on a connection that the server has just ended the driver passes on what Node says. */
function isConnectionLost(error: unknown): boolean {
  if (error instanceof mongo.MongoNetworkError) return true;
  const { code, message = '' } = (error ?? {}) as Partial<NodeJS.ErrnoException>;
  return code === 'EPIPE' && message.includes('ended by the other party');
}

/** The single failures of a bulk write; undefined for an error that is none of a bulk write. */
export function bulkFailures(error: unknown): mongo.WriteError[] | undefined {
  return error instanceof mongo.MongoBulkWriteError ? [error.writeErrors].flat() : undefined;
}

/** Whether nothing but unique indexes refused parts of a bulk write. */
export function isOnlyDuplicates(failures: mongo.WriteError[] | undefined): boolean {
  return failures?.every(({ code }) => code === DUPLICATE_KEY) ?? false;
}

/** Whether a write was refused by a unique index; with `index`, by that one. */
export function isDuplicateKey(error: unknown, index?: string): boolean {
  return (
    error instanceof mongo.MongoServerError &&
    error.code === DUPLICATE_KEY &&
    (index === undefined || error.message.includes(`index: ${index} `))
  );
}
