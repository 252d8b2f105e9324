import type { Migration } from '../src/platform/database/migrations/migration.ts';

type Index = [
  key: Record<string, 1 | -1>,
  options: { name: string; unique?: boolean; sparse?: boolean; expireAfterSeconds?: number },
];

const DAYS = 24 * 3600;

/** Each index and the query it is for. */
const INDEXES: Record<string, Index[]> = {
  signing_keys: [
    [{ activeFrom: -1 }, { name: 'activeFrom' }], // all keys, newest first
    [{ expiresAt: 1 }, { name: 'expiresAt', expireAfterSeconds: 0 }],
  ],
  sessions: [
    // sessions of an account, last used first; all of them ended
    [{ account: 1, revokedAt: 1, lastUsedAt: -1, expiresAt: 1 }, { name: 'account_revokedAt_lastUsedAt' }],
    [{ expiresAt: 1 }, { name: 'expiresAt', expireAfterSeconds: 0 }],
  ],
  // looked up by _id, which is the token's hash
  refresh_tokens: [[{ expiresAt: 1 }, { name: 'expiresAt', expireAfterSeconds: 0 }]],
  email_tokens: [
    [{ email: 1, purpose: 1, createdAt: -1 }, { name: 'email_purpose_createdAt' }], // how many an hour; all of an address
    [{ expiresAt: 1 }, { name: 'expiresAt', expireAfterSeconds: 0 }],
  ],
  organisations: [
    [{ createdAt: -1 }, { name: 'createdAt' }],
    [{ kind: 1, createdAt: -1 }, { name: 'kind_createdAt' }],
  ],
  memberships: [
    [
      { account: 1, tenant: 1, kind: 1 },
      { name: 'account_tenant_kind', unique: true },
    ], // of an account; one member
    [{ tenant: 1, kind: 1, createdAt: 1 }, { name: 'tenant_kind_createdAt' }], // of a tenant; its owners
    [{ tenant: 1, kind: 1, email: 1 }, { name: 'tenant_kind_email' }], // whether an address is a member
  ],
  invitations: [
    [{ tokenHash: 1 }, { name: 'tokenHash', unique: true }],
    [{ openKey: 1 }, { name: 'openKey', unique: true, sparse: true }],
    [{ tenant: 1, kind: 1, state: 1, createdAt: -1 }, { name: 'tenant_kind_state_createdAt' }],
    [{ expiresAt: 1 }, { name: 'expiresAt', expireAfterSeconds: 30 * DAYS }],
  ],
};

const migration: Migration = {
  description:
    'Networks of shops and keys; indexes of sessions, tokens, signing keys, organisations, members and invitations',

  async up(db) {
    for (const [collection, indexes] of Object.entries(INDEXES)) {
      await db.createCollection(collection).catch((error: { code?: number }) => {
        if (error.code !== 48) throw error; // NamespaceExists
      });
      await db.collection(collection).createIndexes(indexes.map(([key, options]) => ({ key, ...options })));
    }
    const anywhere = { ipAllowlist: { $exists: false } };
    await db.collection('shops').updateMany(anywhere, { $set: { ipAllowlist: [] } });
    await db.collection('api_keys').updateMany(anywhere, { $set: { ipAllowlist: [], replacedBy: null } });
  },

  /** Accounts stay; who they are members of and every session is gone with the indexes' collections. */
  async down(db) {
    for (const collection of Object.keys(INDEXES)) await db.collection(collection).drop();
  },
};

export default migration;
