import type { Migration } from '../src/platform/database/migrations/migration.ts';

type Index = [
  key: Record<string, 1 | -1>,
  options: { name: string; sparse?: boolean; expireAfterSeconds?: number },
];

const NEWEST = { at: -1, _id: -1 } as const;

const INDEXES: Record<string, Index[]> = {
  idempotency_keys: [
    [{ expiresAt: 1 }, { name: 'expiresAt', expireAfterSeconds: 0 }],
    // removal with the tenant
    [{ shop: 1 }, { name: 'shop', sparse: true }],
  ],
  // each list newest first; see `auditQuery`, which picks one by name
  audit_events: [
    // every event; retention
    [NEWEST, { name: 'at' }],
    [{ action: 1, ...NEWEST }, { name: 'action_at' }],
    // a tenant's own; removal with the tenant
    [{ shop: 1, ...NEWEST }, { name: 'shop_at' }],
    [{ shop: 1, action: 1, ...NEWEST }, { name: 'shop_action_at' }],
    [{ shop: 1, resource: 1, ...NEWEST }, { name: 'shop_resource_at' }],
    // one thing's history, what one caller did: few enough to be filtered by tenant on the way
    [{ resourceId: 1, ...NEWEST }, { name: 'resourceId_at' }],
    [{ 'actor.id': 1, ...NEWEST }, { name: 'actor_at' }],
  ],
};

const migration: Migration = {
  description: 'Idempotency keys and audit events with their indexes',

  async up(db) {
    for (const [collection, indexes] of Object.entries(INDEXES)) {
      await db.createCollection(collection).catch((error: { code?: number }) => {
        if (error.code !== 48) throw error; // NamespaceExists
      });
      await db.collection(collection).createIndexes(indexes.map(([key, options]) => ({ key, ...options })));
    }
  },

  /** The events stay: only how they are found is taken back. */
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
