import type { Migration } from '../src/platform/database/migrations/migration.ts';

const migration: Migration = {
  description: 'Tickets with which pages open sockets',

  async up(db) {
    await db.createCollection('session_tickets').catch((error: { code?: number }) => {
      if (error.code !== 48) throw error; // NamespaceExists
    });
    // looked up by _id, which is the ticket's hash
    await db
      .collection('session_tickets')
      .createIndexes([{ key: { expiresAt: 1 }, name: 'expiresAt', expireAfterSeconds: 0 }]);
  },

  /** Open pages ask for a new one. */
  async down(db) {
    await db.collection('session_tickets').drop();
  },
};

export default migration;
