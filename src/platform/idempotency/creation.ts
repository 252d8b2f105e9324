import { AsyncLocalStorage } from 'node:async_hooks';
import { createHash, hkdfSync, randomBytes } from 'node:crypto';
import { Types } from 'mongoose';

const SECRET_BYTES = 32;

/** The running request as one with an Idempotency-Key sees it. */
export interface Creation {
  /** Known to this request alone, the same at every try of it. */
  seed: Buffer;
  /** When the first try began: the time inside derived ids. */
  startedAt: Date;
  /** Whether an earlier try was cut off: what it wrote may be there. */
  repeated: boolean;
  /** How many ids and secrets of each kind this try took: the n-th is the same at every try. */
  taken: Map<string, number>;
  /** Binds the request to the content it uploaded. @throws AppError `idempotency_key_reused` */
  seal(fingerprint: string): Promise<void>;
}

export const creations = new AsyncLocalStorage<Creation>();

/**
 * The id for what this request creates. Under an Idempotency-Key every try of the request gets the same one, so that
 * a try after a crash cannot write a second document: the first of a kind is the first one of the next try, and so on.
 */
export function newId(kind: string): Types.ObjectId {
  const creation = creations.getStore();
  if (!creation) return new Types.ObjectId();
  const seconds = Buffer.alloc(4);
  seconds.writeUInt32BE(Math.floor(creation.startedAt.getTime() / 1000));
  const rest = createHash('sha256').update(creation.seed).update(nth(creation, kind)).digest().subarray(0, 8);
  return new Types.ObjectId(Buffer.concat([seconds, rest]));
}

/** 32 bytes for a secret that is shown once; like `newId`, the same at every try of the request. */
export function newSecret(kind: string): Buffer {
  const creation = creations.getStore();
  if (!creation) return randomBytes(SECRET_BYTES);
  return Buffer.from(hkdfSync('sha256', creation.seed, '', nth(creation, `secret of ${kind}`), SECRET_BYTES));
}

function nth({ taken }: Creation, kind: string): string {
  const n = taken.get(kind) ?? 0;
  taken.set(kind, n + 1);
  return `${kind} ${n}`;
}

/**
 * Creates one thing a request: what an earlier try of it has made is given instead. `create` must write the thing
 * under the id it gets in one atomic write.
 */
export async function createOnce<T>(
  kind: string,
  find: (id: Types.ObjectId) => Promise<T | null | undefined>,
  create: (id: Types.ObjectId) => Promise<T>,
): Promise<T> {
  const id = newId(kind);
  const creation = creations.getStore();
  const made = creation?.repeated ? await find(id) : undefined;
  if (made) return made;
  try {
    return await create(id);
  } catch (error) {
    // a try that was taken for dead may have come first after all
    const late = creation && (await find(id).catch(() => undefined));
    if (late) return late;
    throw error;
  }
}

/** Binds the running request to an upload that has arrived whole; do it before the write that must happen once. */
export async function sealUpload(fingerprint: string): Promise<void> {
  await creations.getStore()?.seal(fingerprint);
}
