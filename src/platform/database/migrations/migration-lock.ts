import { randomUUID } from 'node:crypto';
import type { mongo } from 'mongoose';
import { isDuplicateKey } from '../database-errors.js';

const LEASE_MS = 30_000;
const POLL_MS = 500;

export interface LockTimes {
  /** How long a holder that gave no sign of life keeps the lock. */
  leaseMs?: number;
  pollMs?: number;
}

interface Lock {
  _id: string;
  owner: string;
  expiresAt: Date;
}

/**
 * Runs `work` while holding the one migration lock of the database. Another holder is waited for; one that died is
 * replaced when its lease runs out (database time is not needed: leases are long against clock skew).
 */
export async function withMigrationLock<T>(
  db: mongo.Db,
  work: () => Promise<T>,
  { leaseMs = LEASE_MS, pollMs = POLL_MS }: LockTimes = {},
): Promise<T> {
  const locks = db.collection<Lock>('migration_lock');
  const owner = randomUUID();
  while (!(await acquire(locks, owner, leaseMs))) await new Promise((resolve) => setTimeout(resolve, pollMs));
  const renewal = setInterval(() => void acquire(locks, owner, leaseMs).catch(() => undefined), leaseMs / 3);
  try {
    return await work();
  } finally {
    clearInterval(renewal);
    await locks.deleteOne({ _id: 'lock', owner });
  }
}

async function acquire(locks: mongo.Collection<Lock>, owner: string, leaseMs: number): Promise<boolean> {
  const now = Date.now();
  try {
    await locks.updateOne(
      { _id: 'lock', $or: [{ owner }, { expiresAt: { $lt: new Date(now) } }] },
      { $set: { owner, expiresAt: new Date(now + leaseMs) } },
      { upsert: true },
    );
    return true;
  } catch (error) {
    if (isDuplicateKey(error)) return false; // the upsert met another owner's live lock
    throw error;
  }
}
