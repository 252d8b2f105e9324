import type { Migration } from '../src/platform/database/migrations/migration.ts';

/** The runs of a schedule, newest first: among a million jobs a weekly one is not looked for. */
const INDEX = {
  key: { name: 1, _id: -1 },
  name: 'schedule_runs',
  partialFilterExpression: { 'trigger.kind': { $exists: true } },
} as const;

const migration: Migration = {
  description: 'Jobs: index of the runs of schedules',

  async up(db) {
    await db.collection('jobs').createIndexes([{ ...INDEX, key: { ...INDEX.key } }]);
  },

  async down(db) {
    await db
      .collection('jobs')
      .dropIndex(INDEX.name)
      .catch((error: Error & { code?: number }) => {
        if (error.code !== 26 && error.code !== 27) throw error; // NamespaceNotFound, IndexNotFound
      });
  },
};

export default migration;
