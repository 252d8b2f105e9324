import type { Migration } from '../src/platform/database/migrations/migration.ts';

type Index = Parameters<ReturnType<Parameters<Migration['up']>[0]['collection']>['createIndexes']>[0][number];

/** Each index and what it is for. */
const INDEXES: (Index & { name: string })[] = [
  // the number of an event is had by who stores it; reads behind a number, the track, removal with the shop
  { key: { clientId: 1, order: 1, n: 1 }, name: 'clientId_order_n', unique: true },
  { key: { expiresAt: 1 }, name: 'expiresAt', expireAfterSeconds: 0 }, // positions that were only for resuming, old tracks
];

const migration: Migration = {
  description: 'Numbered events of transport orders: positions and steps',

  async up(db) {
    await db.createCollection('tracking_events').catch((error: { code?: number }) => {
      if (error.code !== 48) throw error; // NamespaceExists
    });
    await db.collection('tracking_events').createIndexes(INDEXES);
  },

  /** The data stays: only how it is found is taken back. */
  async down(db) {
    for (const { name } of INDEXES) {
      await db
        .collection('tracking_events')
        .dropIndex(name)
        .catch((error: { code?: number }) => {
          if (error.code !== 26 && error.code !== 27) throw error; // NamespaceNotFound, IndexNotFound
        });
    }
  },
};

export default migration;
