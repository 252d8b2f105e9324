import type { Migration } from '../src/platform/database/migrations/migration.ts';

type Index = [
  key: Record<string, 1 | -1>,
  options: { name: string; unique?: boolean; expireAfterSeconds?: number; partialFilterExpression?: object },
];

const INDEXES: Record<string, Index[]> = {
  notifications: [
    // the log of a tenant, newest first, in one state or any; removal with the tenant
    [{ tenant: 1, _id: -1 }, { name: 'tenant_id' }],
    [{ tenant: 1, status: 1, _id: -1 }, { name: 'tenant_status_id' }],
    // what was sent about one order
    [{ 'subject.id': 1, _id: -1 }, { name: 'subject_id' }],
    // an event is told once
    [{ cause: 1 }, { name: 'cause', unique: true, partialFilterExpression: { cause: { $exists: true } } }],
    [{ expiresAt: 1 }, { name: 'expiresAt', expireAfterSeconds: 0 }],
  ],
  mail_suppressions: [
    // what stands against an address, each reason once a scope
    [
      { address: 1, scope: 1, reason: 1 },
      { name: 'address_scope_reason', unique: true },
    ],
    // the operators' list by its filters, newest first; removal with the tenant
    [{ address: 1, _id: -1 }, { name: 'address_id' }],
    [{ reason: 1, _id: -1 }, { name: 'reason_id' }],
    [{ scope: 1 }, { name: 'scope' }],
  ],
};

const migration: Migration = {
  description: 'Notifications and suppressed addresses with their indexes; shops tell their customers',

  async up(db) {
    for (const [collection, indexes] of Object.entries(INDEXES)) {
      await db.createCollection(collection).catch((error: { code?: number }) => {
        if (error.code !== 48) throw error; // NamespaceExists
      });
      await db.collection(collection).createIndexes(indexes.map(([key, options]) => ({ key, ...options })));
    }
    await db
      .collection('shops')
      .updateMany({ customerNotices: { $exists: false } }, { $set: { customerNotices: true } });
  },

  /** What was sent stays: only how it is found is taken back. */
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
