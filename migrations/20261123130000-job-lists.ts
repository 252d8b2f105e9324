import type { Migration } from '../src/platform/database/migrations/migration.ts';

const FORMER = { key: { shop: 1, createdAt: -1 }, name: 'shop_createdAt' } as const;
const NEW = [
  { key: { shop: 1, state: 1, _id: 1 }, name: 'shop_state_id' },
  { key: { state: 1, _id: 1 }, name: 'state_id' },
  { key: { deadAt: 1, _id: 1 }, name: 'deadAt', sparse: true },
  { key: { queue: 1, finishedAt: 1 }, name: 'queue_finishedAt' },
] as const;

const migration: Migration = {
  description: 'Jobs: indexes of lists, dead letters and retention',

  async up(db) {
    const jobs = db.collection('jobs');
    await jobs.createIndexes(NEW.map((index) => ({ ...index })));
    await jobs.dropIndex(FORMER.name).catch(ignoreMissing);
  },

  async down(db) {
    const jobs = db.collection('jobs');
    await jobs.createIndexes([{ ...FORMER }]);
    for (const { name } of NEW) await jobs.dropIndex(name).catch(ignoreMissing);
  },
};

function ignoreMissing(error: Error & { code?: number }): void {
  if (error.code !== 26 && error.code !== 27) throw error; // NamespaceNotFound, IndexNotFound
}

export default migration;
