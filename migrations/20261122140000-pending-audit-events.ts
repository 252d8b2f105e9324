import type { Migration } from '../src/platform/database/migrations/migration.ts';

const NAME = 'pendingAudit.at';

const migration: Migration = {
  description: 'Index of products whose audit event is still to be moved',

  async up(db) {
    await db
      .collection('products')
      .createIndexes([{ key: { 'pendingAudit.at': 1 }, name: NAME, sparse: true }]);
  },

  async down(db) {
    await db
      .collection('products')
      .dropIndex(NAME)
      .catch((error: { code?: number }) => {
        if (error.code !== 26 && error.code !== 27) throw error; // NamespaceNotFound, IndexNotFound
      });
  },
};

export default migration;
