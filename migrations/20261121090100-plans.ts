import type { Migration } from '../src/platform/database/migrations/migration.ts';

/** The offer of a new installation; operators change it through the API. Prices in minor units of EUR. */
const PLANS = [
  {
    plan: 'starter',
    name: 'Starter',
    price: 0,
    trialDays: 0,
    limits: { products: 1_000, optimizationsPerMonth: 100, requestsPerMinute: 60 },
  },
  {
    plan: 'growth',
    name: 'Growth',
    price: 2_900,
    trialDays: 14,
    limits: { products: 10_000, optimizationsPerMonth: 2_000, requestsPerMinute: 300 },
  },
  {
    plan: 'scale',
    name: 'Scale',
    price: 9_900,
    trialDays: 14,
    limits: { products: 250_000, optimizationsPerMonth: 20_000, requestsPerMinute: 1_200 },
  },
  {
    plan: 'enterprise',
    name: 'Enterprise',
    price: 49_900,
    trialDays: 30,
    limits: { products: null, optimizationsPerMonth: null, requestsPerMinute: 6_000 },
  },
];

const migration: Migration = {
  description: 'Plans starter, growth, scale and enterprise',

  async up(db) {
    const now = new Date();
    for (const plan of PLANS) {
      await db.collection('plans').updateOne(
        { plan: plan.plan },
        {
          $setOnInsert: {
            ...plan,
            currency: 'EUR',
            archivedAt: null,
            version: 1,
            createdAt: now,
            updatedAt: now,
          },
        },
        { upsert: true },
      );
    }
  },

  /** Plans that were changed or have subscribers stay: they are data by now. */
  async down(db) {
    for (const { plan } of PLANS) {
      const used = await db
        .collection('subscriptions')
        .countDocuments({ plan }, { limit: 1, hint: 'plan' })
        .catch(() => 0);
      if (used === 0) await db.collection('plans').deleteOne({ plan, version: 1 });
    }
  },
};

export default migration;
