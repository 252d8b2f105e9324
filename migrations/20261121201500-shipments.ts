import type { Migration } from '../src/platform/database/migrations/migration.ts';

const NEWEST = { openedAt: -1, _id: -1 } as const;
type Index = [key: Record<string, 1 | -1>, options: { name: string; partialFilterExpression?: object }];

/** Each index and the query it is for. */
const INDEXES: Record<string, Index[]> = {
  orders: [
    [
      { shop: 1, 'shipments.id': 1 },
      { name: 'shop_shipments.id', partialFilterExpression: { 'shipments.id': { $exists: true } } },
    ], // the order that a transport moves
  ],
  shipments: [[{ shop: 1, orderId: 1 }, { name: 'shop_orderId' }]], // of a cancelled order; removal with the shop
  tasks: [
    [{ shop: 1, ...NEWEST }, { name: 'shop_openedAt' }], // lists; removal with the shop
    [{ shop: 1, state: 1, ...NEWEST }, { name: 'shop_state_openedAt' }],
  ],
};

const migration: Migration = {
  description: 'Shipments of orders and tasks, with their indexes',

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
