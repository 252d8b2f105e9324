import type { Migration } from '../src/platform/database/migrations/migration.ts';

const COLLECTIONS = ['throttling_overrides', 'throttling_override_revisions'];

const codeOf = (error: unknown) => (error as { code?: number }).code;

const migration: Migration = {
  description: 'Throttling overrides: one a subject, removed when they expire',

  async up(db) {
    for (const collection of COLLECTIONS) {
      await db.createCollection(collection).catch((error: unknown) => {
        if (codeOf(error) !== 48) throw error; // NamespaceExists
      });
    }
    await db.collection('throttling_overrides').createIndexes([
      { key: { subjectKind: 1, subject: 1 }, name: 'subjectKind_subject', unique: true },
      { key: { expiresAt: 1 }, name: 'expiresAt', expireAfterSeconds: 0 },
    ]);
  },

  async down(db) {
    for (const name of ['subjectKind_subject', 'expiresAt']) {
      await db
        .collection('throttling_overrides')
        .dropIndex(name)
        .catch((error: unknown) => {
          if (![26, 27].includes(codeOf(error) ?? 0)) throw error; // NamespaceNotFound, IndexNotFound
        });
    }
  },
};

export default migration;
