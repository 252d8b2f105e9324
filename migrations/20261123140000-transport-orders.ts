import type { Migration } from '../src/platform/database/migrations/migration.ts';

const NEWEST = { createdAt: -1, _id: -1 } as const;
type Index = [key: Record<string, 1 | -1 | '2dsphere'>, options: { name: string; unique?: boolean }];

/**
 * Each index and the query it is for. R1.5 names status, clientId, carrierId, createdAt, the cities, transportType, pairs of
 * them and both coordinates: `parties` holds the client, the carrier and `*` for operators, and each query names one of them
 * first, so that one index does for all three.
 */
const INDEXES: Index[] = [
  [
    { clientId: 1, reference: 1 },
    { name: 'clientId_reference', unique: true },
  ], // a constraint; removal with the shop
  [{ parties: 1, ...NEWEST }, { name: 'parties_createdAt' }],
  [{ parties: 1, status: 1, ...NEWEST }, { name: 'parties_status_createdAt' }],
  [{ parties: 1, transportType: 1, ...NEWEST }, { name: 'parties_transportType_createdAt' }],
  [{ parties: 1, reference: 1, ...NEWEST }, { name: 'parties_reference_createdAt' }],
  [{ parties: 1, 'pickup.city': 1, ...NEWEST }, { name: 'parties_pickup.city_createdAt' }],
  [{ parties: 1, 'delivery.city': 1, ...NEWEST }, { name: 'parties_delivery.city_createdAt' }],
  [{ parties: 1, 'pickup.point': '2dsphere' }, { name: 'parties_pickup.point' }],
  [{ parties: 1, 'delivery.point': '2dsphere' }, { name: 'parties_delivery.point' }],
];

const migration: Migration = {
  description: 'Transport orders with their indexes',

  async up(db) {
    await db.createCollection('transport_orders').catch((error: { code?: number }) => {
      if (error.code !== 48) throw error; // NamespaceExists
    });
    const indexes = INDEXES.map(([key, options]) => ({ key, ...options }));
    await db.collection('transport_orders').createIndexes(indexes);
  },

  /** The data stays: only how it is found is taken back. */
  async down(db) {
    for (const [, { name }] of INDEXES) {
      await db
        .collection('transport_orders')
        .dropIndex(name)
        .catch((error: { code?: number }) => {
          if (error.code !== 26 && error.code !== 27) throw error; // NamespaceNotFound, IndexNotFound
        });
    }
  },
};

export default migration;
