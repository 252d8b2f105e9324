import type { Migration } from '../src/platform/database/migrations/migration.ts';

type Index = [
  key: Record<string, 1 | -1>,
  options: {
    name: string;
    unique?: boolean;
    sparse?: boolean;
    partialFilterExpression?: Record<string, unknown>;
  },
];

const NEWEST = { createdAt: -1, _id: -1 } as const;
const having = (field: string, type: 'string' | 'number' | 'bool') => ({
  partialFilterExpression: { [field]: { $type: type } },
});

/**
 * Each index and the query it is for; test/contract/indexes.spec.ts holds every query against it. R1.5 names
 * `orders: user, createdAt, merchant+status+createdAt` and `devices: status, variantId`: each begins with the shop here,
 * as every query does.
 */
const INDEXES: Record<string, Index[]> = {
  products: [[{ shop: 1, 'variants.id': 1 }, { name: 'shop_variants.id' }]],
  customers: [
    // one customer each; partial, as not everybody has both
    [
      { shop: 1, emailKey: 1 },
      { name: 'shop_emailKey', unique: true, ...having('emailKey', 'string') },
    ],
    [
      { shop: 1, phone: 1 },
      { name: 'shop_phone', unique: true, ...having('phone', 'string') },
    ],
    [{ shop: 1, ...NEWEST }, { name: 'shop_createdAt' }],
    [{ shop: 1, tags: 1, ...NEWEST }, { name: 'shop_tags_createdAt' }],
  ],
  locations: [
    [{ shop: 1, createdAt: 1 }, { name: 'shop_createdAt' }],
    [
      { shop: 1, isDefault: 1 },
      { name: 'shop_isDefault', unique: true, ...having('isDefault', 'bool') },
    ],
  ],
  inventory_levels: [
    [
      { shop: 1, variantId: 1, locationId: 1 },
      { name: 'shop_variantId_locationId', unique: true },
    ],
    [{ shop: 1, locationId: 1, variantId: 1 }, { name: 'shop_locationId_variantId' }],
    [{ 'holds.expiresAt': 1 }, { name: 'holds.expiresAt', sparse: true }],
  ],
  devices: [
    [
      { shop: 1, serial: 1 },
      { name: 'shop_serial', unique: true },
    ],
    [
      { shop: 1, imei: 1 },
      { name: 'shop_imei', unique: true, ...having('imei', 'string') },
    ],
    [{ shop: 1, _id: -1 }, { name: 'shop_id' }],
    [{ shop: 1, status: 1, _id: -1 }, { name: 'shop_status' }],
    [{ shop: 1, variantId: 1, _id: -1 }, { name: 'shop_variantId' }],
    [{ shop: 1, orderId: 1 }, { name: 'shop_orderId' }],
  ],
  orders: [
    // the number's uniqueness, one order by its number, the highest one, the list by number
    [
      { shop: 1, number: 1 },
      { name: 'shop_number', unique: true, partialFilterExpression: { number: { $gte: 1 } } },
    ],
    // a payment pays one order
    [
      { shop: 1, 'payments.reference': 1 },
      { name: 'shop_payments.reference', unique: true, ...having('payments.reference', 'string') },
    ],
    [{ shop: 1, ...NEWEST }, { name: 'shop_createdAt' }],
    [{ shop: 1, customerId: 1, ...NEWEST }, { name: 'shop_customerId_createdAt' }],
    [{ shop: 1, tags: 1, ...NEWEST }, { name: 'shop_tags_createdAt' }],
    [{ shop: 1, status: 1, ...NEWEST }, { name: 'shop_status_createdAt' }],
    [{ shop: 1, 'totals.total': 1, _id: 1 }, { name: 'shop_total' }],
    [{ shop: 1, status: 1, 'totals.total': 1, _id: 1 }, { name: 'shop_status_total' }],
    // unpaid orders whose time is over
    [{ expiresAt: 1 }, { name: 'expiresAt', sparse: true }],
    // events that are still to be moved to the audit trail
    [{ 'pendingAudit.at': 1 }, { name: 'pendingAudit.at', sparse: true }],
  ],
};

const migration: Migration = {
  description: 'Customers, locations, stock, devices and orders with their indexes',

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
