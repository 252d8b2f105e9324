import type { Migration } from '../src/platform/database/migrations/migration.ts';

type Index = [
  key: Record<string, 1 | -1>,
  options: { name: string; unique?: boolean; expireAfterSeconds?: number; partialFilterExpression?: object },
];

const INDEXES: Record<string, Index[]> = {
  webhook_endpoints: [
    // a shop's own, as many as there are places; those that an event is for; removal with the tenant
    [
      { shop: 1, place: 1 },
      { name: 'shop_place', unique: true },
    ],
    // endpoints whose time has come
    [{ dueAt: 1 }, { name: 'dueAt', partialFilterExpression: { dueAt: { $exists: true } } }],
  ],
  webhook_deliveries: [
    // one delivery an endpoint and event, however often the event is told
    [
      { endpoint: 1, eventId: 1 },
      { name: 'endpoint_eventId', unique: true },
    ],
    // what an endpoint is to be sent next
    [
      { endpoint: 1, dueAt: 1 },
      { name: 'endpoint_due', partialFilterExpression: { status: 'pending' } },
    ],
    // the log, newest first, by each pair of its filters; removal with endpoint and tenant
    [{ shop: 1, _id: -1 }, { name: 'shop_id' }],
    [{ shop: 1, status: 1, _id: -1 }, { name: 'shop_status_id' }],
    [{ endpoint: 1, _id: -1 }, { name: 'endpoint_id' }],
    [{ endpoint: 1, status: 1, _id: -1 }, { name: 'endpoint_status_id' }],
    [{ expiresAt: 1 }, { name: 'expiresAt', expireAfterSeconds: 0 }],
  ],
};

const migration: Migration = {
  description: 'Webhook endpoints and deliveries with their indexes',

  async up(db) {
    for (const [collection, indexes] of Object.entries(INDEXES)) {
      await db.createCollection(collection).catch((error: { code?: number }) => {
        if (error.code !== 48) throw error; // NamespaceExists
      });
      await db.collection(collection).createIndexes(indexes.map(([key, options]) => ({ key, ...options })));
    }
  },

  /** Endpoints stay: only how they are found is taken back. */
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
