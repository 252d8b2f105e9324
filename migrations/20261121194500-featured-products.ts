import type { Migration } from '../src/platform/database/migrations/migration.ts';

const NAMESPACE_EXISTS = 48;
const NAMESPACE_NOT_FOUND = 26;
const INDEX_NOT_FOUND = 27;

/** `shop`: the list of a shop, of which there is one. */
const migration: Migration = {
  description: 'What shops feature, one list a shop',

  async up(db) {
    await db.createCollection('featured_products').catch((error: { code?: number }) => {
      if (error.code !== NAMESPACE_EXISTS) throw error;
    });
    await db
      .collection('featured_products')
      .createIndexes([{ key: { shop: 1 }, name: 'shop', unique: true }]);
  },

  async down(db) {
    await db
      .collection('featured_products')
      .dropIndex('shop')
      .catch((error: { code?: number }) => {
        if (error.code !== NAMESPACE_NOT_FOUND && error.code !== INDEX_NOT_FOUND) throw error;
      });
  },
};

export default migration;
