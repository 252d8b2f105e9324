import type { Migration } from '../src/platform/database/migrations/migration.ts';

/** Orders without cells, which the search for the nearest would miss: almost always none, so the index is empty. */
const INDEX = {
  ...{ key: { createdAt: 1 as const }, name: 'gridless_createdAt' },
  partialFilterExpression: { grid: null },
};

const migration: Migration = {
  description: 'An index of the transport orders that older code wrote without a grid',

  async up(db) {
    await db.createCollection('transport_orders').catch((error: { code?: number }) => {
      if (error.code !== 48) throw error; // NamespaceExists
    });
    await db.collection('transport_orders').createIndexes([INDEX]);
  },

  async down(db) {
    await db
      .collection('transport_orders')
      .dropIndex(INDEX.name)
      .catch((error: { code?: number }) => {
        if (error.code !== 26 && error.code !== 27) throw error; // NamespaceNotFound, IndexNotFound
      });
  },
};

export default migration;
