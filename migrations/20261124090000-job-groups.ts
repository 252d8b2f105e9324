import type { mongo } from 'mongoose';
import type { Migration } from '../src/platform/database/migrations/migration.ts';

const OPEN = ['waiting', 'active'];
const OF_SHOP = { shop: { $gt: '' } };
const NEW: readonly mongo.IndexDescription[] = [
  {
    ...{ key: { group: 1, _id: 1 }, name: 'events_open_group' },
    partialFilterExpression: { queue: 'events', state: { $in: OPEN } },
  },
  // most jobs are completed: those are met on the way through all of a shop
  { key: { shop: 1, _id: 1 }, name: 'shop_id', partialFilterExpression: OF_SHOP },
  {
    ...{ key: { shop: 1, state: 1, _id: 1 }, name: 'shop_notCompleted_state_id' },
    partialFilterExpression: { ...OF_SHOP, state: { $in: [...OPEN, 'failed', 'cancelled'] } },
  },
];
const FORMER: readonly mongo.IndexDescription[] = [
  {
    ...{ key: { queue: 1, gate: 1, group: 1, priority: 1, _id: 1 }, name: 'queue_gate_group' },
    partialFilterExpression: { gate: { $exists: true } },
  },
  { key: { shop: 1, state: 1, _id: 1 }, name: 'shop_state_id' },
];

const migration: Migration = {
  description: 'Jobs: who waits for room of its tenant does so beside the queue; fewer index entries change',
  async up(db) {
    const jobs = db.collection('jobs');
    await replace(jobs, FORMER, NEW);
    // those that waited in the database only are silent now: the reconciler queues them
    await jobs.updateMany({ state: 'waiting', gate: 'held' }, { $set: { touchedAt: new Date(0) } });
  },
  async down(db) {
    const jobs = db.collection('jobs');
    await replace(jobs, NEW, FORMER);
    const ofGroup = { group: { $type: 'string' } };
    await jobs.updateMany(
      { ...ofGroup, state: 'waiting' },
      { $set: { gate: 'held' }, $unset: { touchedAt: 1 } },
    );
    await jobs.updateMany({ ...ofGroup, state: 'active' }, { $set: { gate: 'admitted' } });
  },
};

async function replace(
  jobs: mongo.Collection,
  former: readonly mongo.IndexDescription[],
  next: readonly mongo.IndexDescription[],
): Promise<void> {
  await jobs.createIndexes(next.map((index) => ({ ...index })));
  for (const { name = '' } of former)
    await jobs.dropIndex(name).catch((error: { code?: number }) => {
      if (error.code !== 26 && error.code !== 27) throw error; // NamespaceNotFound, IndexNotFound
    });
}

export default migration;
