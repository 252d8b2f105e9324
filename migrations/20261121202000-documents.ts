import type { Migration } from '../src/platform/database/migrations/migration.ts';

const NAMESPACE_EXISTS = 48;
const NAMESPACE_NOT_FOUND = 26;
const INDEX_NOT_FOUND = 27;

/** Each index and the query it is for; test/contract/indexes.spec.ts holds every query against it. */
const INDEXES: { key: Record<string, 1 | -1>; name: string }[] = [
  // a party's list
  { key: { parties: 1, _id: -1 }, name: 'parties_id' },
  // the same of one transport order, and how many it has
  { key: { parties: 1, transportOrderId: 1, _id: -1 }, name: 'parties_order_id' },
  // a party's documents with a word
  { key: { search: 1, _id: -1 }, name: 'search_id' },
  // all of a client, to remove them
  { key: { clientId: 1 }, name: 'clientId' },
];

const migration: Migration = {
  description: 'Documents of transport orders',

  async up(db) {
    await db.createCollection('documents').catch((error: { code?: number }) => {
      if (error.code !== NAMESPACE_EXISTS) throw error;
    });
    await db.collection('documents').createIndexes(INDEXES);
  },

  async down(db) {
    for (const { name } of INDEXES) {
      await db
        .collection('documents')
        .dropIndex(name)
        .catch((error: { code?: number }) => {
          if (error.code !== NAMESPACE_NOT_FOUND && error.code !== INDEX_NOT_FOUND) throw error;
        });
    }
  },
};

export default migration;
