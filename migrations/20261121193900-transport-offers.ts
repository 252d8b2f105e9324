import type { Migration } from '../src/platform/database/migrations/migration.ts';

const NEWEST = { createdAt: -1, _id: -1 } as const;
const OPEN = { partialFilterExpression: { status: 'OPEN' } };
type Options = { name: string; unique?: boolean; partialFilterExpression?: object };

/** Each index and the query it is for. */
const INDEXES: [key: Record<string, 1 | -1>, options: Options][] = [
  [{ parties: 1, ...NEWEST }, { name: 'parties_createdAt' }], // lists; removal with the shop
  [{ parties: 1, status: 1, ...NEWEST }, { name: 'parties_status_createdAt' }],
  [{ parties: 1, orderId: 1, ...NEWEST }, { name: 'parties_orderId_createdAt' }],
  [{ orderId: 1, status: 1 }, { name: 'orderId_status' }], // withdrawal, and who was asked already
  [
    { orderId: 1, carrierId: 1 },
    { name: 'open_orderId_carrierId', unique: true, ...OPEN },
  ], // a constraint
  [{ expiresAt: 1 }, { name: 'open_expiresAt', ...OPEN }], // whose time is over
];

const migration: Migration = {
  description: 'Offers of transports with their indexes',

  async up(db) {
    await db.createCollection('transport_offers').catch((error: { code?: number }) => {
      if (error.code !== 48) throw error; // NamespaceExists
    });
    const indexes = INDEXES.map(([key, options]) => ({ key, ...options }));
    await db.collection('transport_offers').createIndexes(indexes);
  },

  /** The data stays: only how it is found is taken back. */
  async down(db) {
    for (const [, { name }] of INDEXES) {
      await db
        .collection('transport_offers')
        .dropIndex(name)
        .catch((error: { code?: number }) => {
          if (error.code !== 26 && error.code !== 27) throw error; // NamespaceNotFound, IndexNotFound
        });
    }
  },
};

export default migration;
