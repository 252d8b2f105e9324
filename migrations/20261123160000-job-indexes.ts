import type { mongo } from 'mongoose';
import type { Migration } from '../src/platform/database/migrations/migration.ts';

const OPEN = ['waiting', 'active'];

/** Each holds only what its queries look for, so that closing a job's record changes half as many entries. */
const NEW: readonly mongo.IndexDescription[] = [
  {
    ...{ key: { state: 1, touchedAt: 1 }, name: 'open_touchedAt' },
    partialFilterExpression: { state: { $in: OPEN }, touchedAt: { $exists: true } },
  },
  {
    ...{ key: { state: 1, _id: 1 }, name: 'notCompleted_state_id' },
    partialFilterExpression: { state: { $in: [...OPEN, 'failed', 'cancelled'] } },
  },
  {
    ...{ key: { name: 1, finishedAt: -1 }, name: 'name_finishedAt' },
    partialFilterExpression: { finishedAt: { $gt: new Date(0) } },
  },
  {
    ...{ key: { expiresAt: 1 }, name: 'ended_expiresAt', expireAfterSeconds: 0 },
    partialFilterExpression: { expiresAt: { $exists: true } },
  },
];
const FORMER: readonly mongo.IndexDescription[] = [
  { key: { state: 1, touchedAt: 1 }, name: 'state_touchedAt' },
  { key: { state: 1, _id: 1 }, name: 'state_id' },
  { key: { name: 1, state: 1, finishedAt: -1 }, name: 'name_state_finishedAt' },
  { key: { queue: 1, finishedAt: 1 }, name: 'queue_finishedAt' },
  { key: { expiresAt: 1 }, name: 'expiresAt', expireAfterSeconds: 0 },
];

const migration: Migration = {
  description: 'Jobs: indexes that hold only what is looked for in them',
  up: (db) => replace(db, FORMER, NEW),
  down: (db) => replace(db, NEW, FORMER),
};

async function replace(
  db: mongo.Db,
  former: readonly mongo.IndexDescription[],
  next: readonly mongo.IndexDescription[],
): Promise<void> {
  const jobs = db.collection('jobs');
  await jobs.createIndexes(next.map((index) => ({ ...index })));
  for (const { name = '' } of former) {
    await jobs.dropIndex(name).catch((error: { code?: number }) => {
      if (error.code !== 26 && error.code !== 27) throw error; // NamespaceNotFound, IndexNotFound
    });
  }
}

export default migration;
