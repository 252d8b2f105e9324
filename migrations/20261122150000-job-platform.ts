import type { Migration } from '../src/platform/database/migrations/migration.ts';

const NAME = 'queue_gate_group';
/** Their jobs are worked off by `maintenance`. */
const FORMER = ['subscription-trials', 'quota-reconciliation', 'shop-purge', 'audit-retention'];

const migration: Migration = {
  description: 'Jobs: index of those let in and waiting by tenant; one queue for maintenance',

  async up(db) {
    // the first of a tenant's waiting jobs, and how many of it are in the queue
    const key = { queue: 1, gate: 1, group: 1, priority: 1, _id: 1 } as const;
    const options = { name: NAME, partialFilterExpression: { gate: { $exists: true } } };
    await db.collection('jobs').createIndexes([{ key, ...options }]);
    await db.collection('jobs').updateMany({ queue: { $in: FORMER } }, { $set: { queue: 'maintenance' } });
  },

  /** The jobs stay where they are: which of the former queues one was in is told by its name. */
  async down(db) {
    await db
      .collection('jobs')
      .dropIndex(NAME)
      .catch((error: { code?: number }) => {
        if (error.code !== 26 && error.code !== 27) throw error; // NamespaceNotFound, IndexNotFound
      });
  },
};

export default migration;
