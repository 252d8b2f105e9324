import type { Migration } from '../src/platform/database/migrations/migration.ts';

const NAMESPACE_EXISTS = 48;
const NAMESPACE_NOT_FOUND = 26;
const INDEX_NOT_FOUND = 27;

/** Each index and the query it is for; test/contract/indexes.spec.ts holds every query against it. */
const INDEXES: Record<string, { key: Record<string, 1>; name: string; unique?: true; sparse?: true }[]> = {
  orders: [
    // the sales of a day, which its aggregates are held against
    { key: { shop: 1, 'sales.day': 1 }, name: 'shop_sales.day' },
    // sales that no aggregate holds
    { key: { pendingSalesAt: 1 }, name: 'pendingSalesAt', sparse: true },
  ],
  // a day's sums, and those of a range
  sales_days: [{ key: { shop: 1, day: 1, currency: 1 }, name: 'shop_day_currency', unique: true }],
  product_sales_days: [
    {
      key: { shop: 1, day: 1, currency: 1, productId: 1 },
      name: 'shop_day_currency_productId',
      unique: true,
    },
  ],
};

const migration: Migration = {
  description: 'Sums of sales by day, and the indexes that find the sales inside of orders',

  async up(db) {
    for (const [collection, indexes] of Object.entries(INDEXES)) {
      await db.createCollection(collection).catch((error: { code?: number }) => {
        if (error.code !== NAMESPACE_EXISTS) throw error;
      });
      await db.collection(collection).createIndexes(indexes);
    }
  },

  async down(db) {
    for (const [collection, indexes] of Object.entries(INDEXES)) {
      for (const { name } of indexes) {
        await db
          .collection(collection)
          .dropIndex(name)
          .catch((error: { code?: number }) => {
            if (error.code !== NAMESPACE_NOT_FOUND && error.code !== INDEX_NOT_FOUND) throw error;
          });
      }
    }
  },
};

export default migration;
