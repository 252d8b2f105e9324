import type { Migration } from '../src/platform/database/migrations/migration.ts';

const migration: Migration = {
  description: 'Outbox of events and its indexes',

  async up(db) {
    // made now: a change stream can then be opened before the first event
    await db.createCollection('events').catch((error: { code?: number }) => {
      if (error.code !== 48) throw error; // NamespaceExists
    });
    await db.collection('events').createIndexes([
      { key: { pending: 1, _id: 1 }, name: 'pending_id' },
      { key: { pending: 1, aggregate: 1, sequence: 1 }, name: 'pending_aggregate_sequence' },
      { key: { expiresAt: 1 }, name: 'expiresAt', expireAfterSeconds: 0 },
      { key: { shop: 1 }, name: 'shop' },
    ]);
  },

  async down(db) {
    await db.collection('events').drop();
  },
};

export default migration;
