import type { Migration } from '../src/platform/database/migrations/migration.ts';

type Index = [key: Record<string, 1 | -1 | '2dsphere'>, options: { name: string; unique?: boolean }];

/** Each index and the query it is for. */
const INDEXES: Record<string, Index[]> = {
  carriers: [
    [{ status: 1, name: 1, _id: 1 }, { name: 'status_name' }], // the list
    [{ status: 1, transportTypes: 1, name: 1, _id: 1 }, { name: 'status_transportTypes_name' }], // those of a type
  ],
  service_areas: [
    [{ area: '2dsphere' }, { name: 'area' }], // who goes to a place
    [{ carrierId: 1, rank: 1 }, { name: 'carrierId_rank' }], // a carrier's own, in its order
  ],
  pricing_grids: [
    [
      { carrierId: 1, transportType: 1, currency: 1, version: 1 },
      { name: 'carrierId_transportType_currency_version', unique: true },
    ], // the versions of a series, newest first; no two alike
    [
      { carrierId: 1, transportType: 1, currency: 1, endsAt: 1 },
      { name: 'carrierId_transportType_currency_endsAt' },
    ], // those that may still count
    [{ carrierId: 1, createdAt: -1, _id: -1 }, { name: 'carrierId_createdAt' }], // the list
  ],
};

const migration: Migration = {
  description: 'Carriers, their service areas and pricing grids with their indexes',

  async up(db) {
    for (const [collection, indexes] of Object.entries(INDEXES)) {
      await db.createCollection(collection).catch((error: { code?: number }) => {
        if (error.code !== 48) throw error; // NamespaceExists
      });
      await db.collection(collection).createIndexes(indexes.map(([key, options]) => ({ key, ...options })));
    }
  },

  /** The data stays: only how it is found is taken back. */
  async down(db) {
    for (const [collection, indexes] of Object.entries(INDEXES)) {
      for (const [, { name }] of indexes) {
        await db
          .collection(collection)
          .dropIndex(name)
          .catch((error: { code?: number }) => {
            if (error.code !== 26 && error.code !== 27) throw error; // NamespaceNotFound, IndexNotFound
          });
      }
    }
  },
};

export default migration;
