import type { Migration } from '../src/platform/database/migrations/migration.ts';

type Index = [
  key: Record<string, 1 | -1>,
  options: { name: string; unique?: boolean; sparse?: boolean; expireAfterSeconds?: number },
];

/**
 * Each index and the query it is for; test/contract/indexes.spec.ts holds every query against it.
 * Left out because another index begins with the same keys: shops {shop}+anything, products {shop, optimized} (it is
 * the head of shop_optimized_updatedAt), {shop, status} (shop_status_*), subscriptions {status} (status_trialEndsAt),
 * sitemaps {shop} (shop_generatedAt).
 */
const INDEXES: Record<string, Index[]> = {
  shops: [
    [{ shop: 1 }, { name: 'shop', unique: true }],
    [{ installedAt: -1 }, { name: 'installedAt' }],
    [{ uninstalledAt: 1 }, { name: 'uninstalledAt' }],
  ],
  plans: [
    [{ plan: 1 }, { name: 'plan', unique: true }],
    [{ archivedAt: 1, price: 1 }, { name: 'archivedAt_price' }],
  ],
  subscriptions: [
    [{ shop: 1 }, { name: 'shop', unique: true }],
    [{ plan: 1 }, { name: 'plan' }],
    [{ status: 1, trialEndsAt: 1 }, { name: 'status_trialEndsAt' }],
  ],
  users: [
    [{ email: 1 }, { name: 'email', unique: true }],
    [{ phone: 1 }, { name: 'phone', unique: true, sparse: true }],
  ],
  api_keys: [
    [{ hash: 1 }, { name: 'hash', unique: true }],
    [{ shop: 1, revokedAt: 1, createdAt: -1 }, { name: 'shop_revokedAt_createdAt' }],
  ],
  jobs: [
    [{ key: 1 }, { name: 'key', unique: true, sparse: true }],
    [{ openKey: 1 }, { name: 'openKey', unique: true, sparse: true }],
    [{ state: 1, touchedAt: 1 }, { name: 'state_touchedAt' }],
    [{ name: 1, state: 1, finishedAt: -1 }, { name: 'name_state_finishedAt' }],
    [{ shop: 1, createdAt: -1 }, { name: 'shop_createdAt' }],
    [{ expiresAt: 1 }, { name: 'expiresAt', expireAfterSeconds: 0 }],
  ],
  products: [
    // one product by handle; import's look-up of a batch; list by handle; export; count
    [
      { shop: 1, handle: 1 },
      { name: 'shop_handle', unique: true },
    ],
    // lists: every sort, alone and behind each filter that narrows it
    [{ shop: 1, updatedAt: -1, _id: -1 }, { name: 'shop_updatedAt' }],
    [{ shop: 1, search: 1, updatedAt: -1, _id: -1 }, { name: 'shop_search_updatedAt' }],
    [{ shop: 1, tags: 1, updatedAt: -1, _id: -1 }, { name: 'shop_tags_updatedAt' }],
    [{ shop: 1, vendor: 1, updatedAt: -1, _id: -1 }, { name: 'shop_vendor_updatedAt' }],
    [{ shop: 1, productType: 1, updatedAt: -1, _id: -1 }, { name: 'shop_productType_updatedAt' }],
    [{ shop: 1, optimized: 1, updatedAt: -1, _id: -1 }, { name: 'shop_optimized_updatedAt' }],
    [{ shop: 1, status: 1, updatedAt: -1, _id: -1 }, { name: 'shop_status_updatedAt' }],
    [{ shop: 1, createdAt: -1, _id: -1 }, { name: 'shop_createdAt' }],
    [{ shop: 1, status: 1, createdAt: -1, _id: -1 }, { name: 'shop_status_createdAt' }],
    [{ shop: 1, title: 1, _id: 1 }, { name: 'shop_title' }],
    [{ shop: 1, status: 1, title: 1, _id: 1 }, { name: 'shop_status_title' }],
    [{ shop: 1, priceMin: 1, _id: 1 }, { name: 'shop_price' }],
    [{ shop: 1, status: 1, priceMin: 1, _id: 1 }, { name: 'shop_status_price' }],
    // sitemap: active products in an order that never changes; count of active products
    [{ shop: 1, status: 1, _id: 1 }, { name: 'shop_status_id' }],
    // count of products with applied optimised texts
    [
      { shop: 1, 'seo.optimized': 1 },
      { name: 'shop_seo.optimized', sparse: true },
    ],
  ],
  sitemaps: [
    [{ shop: 1, generatedAt: -1 }, { name: 'shop_generatedAt' }],
    [
      { shop: 1, jobId: 1 },
      { name: 'shop_jobId', unique: true },
    ],
  ],
  'files.files': [
    [{ filename: 1, uploadDate: 1 }, { name: 'filename_1_uploadDate_1' }],
    [{ 'metadata.shop': 1 }, { name: 'metadata.shop' }],
  ],
  'files.chunks': [
    [
      { files_id: 1, n: 1 },
      { name: 'files_id_1_n_1', unique: true },
    ],
  ],
};

const migration: Migration = {
  description: 'Indexes of shops, plans, subscriptions, users, keys, jobs, products, sitemaps and files',

  async up(db) {
    for (const [collection, indexes] of Object.entries(INDEXES)) {
      await db.createCollection(collection).catch((error: { code?: number }) => {
        if (error.code !== 48) throw error; // NamespaceExists
      });
      await db.collection(collection).createIndexes(indexes.map(([key, options]) => ({ key, ...options })));
    }
  },

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
