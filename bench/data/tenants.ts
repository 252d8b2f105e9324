import { createHash, randomBytes } from 'node:crypto';
import type { mongo } from 'mongoose';
import type { ShopDomain } from '../../src/kernel/shop-domain.js';
import type { Shop } from '../../src/modules/shops/shop.js';
import type { Plan } from '../../src/modules/subscriptions/plan.js';
import type { SubscriptionDocument } from '../../src/modules/subscriptions/subscription.schema.js';
import type { PlannedShop } from './population.ts';
import { CURRENCY } from './products.ts';

/** A filled shop and the key that reaches it. */
export interface BenchShop extends PlannedShop {
  readonly apiKey: string;
}

/** Without limits: what is measured is the work, not the refusal. */
const PLAN: Pick<Plan, 'plan' | 'name' | 'limits'> = {
  plan: 'bench',
  name: 'Bench',
  limits: { products: null, optimizationsPerMonth: null, requestsPerMinute: 1_000_000_000 },
};

/** Writes the shops as an installation leaves them: settings, a plan, one API key each. */
export async function insertTenants(db: mongo.Db, plan: readonly PlannedShop[]): Promise<BenchShop[]> {
  const now = new Date();
  await db.collection<Plan>('plans').insertOne({
    ...{ ...PLAN, price: 0, currency: CURRENCY, trialDays: 0 },
    ...{ archivedAt: null, version: 1, createdAt: now, updatedAt: now },
  });
  const shops = plan.map((shop): BenchShop => ({
    ...shop,
    apiKey: `ent_live_${randomBytes(32).toString('base64url')}`,
  }));
  await db.collection<Shop>('shops').insertMany(shops.map((shop) => installed(shop, now)));
  await db
    .collection<Omit<SubscriptionDocument, '_id'>>('subscriptions')
    .insertMany(shops.map((shop) => subscribed(shop, now)));
  await db.collection('api_keys').insertMany(shops.map((shop) => keyOf(shop, now)));
  return shops;
}

function installed({ shop, name }: BenchShop, now: Date): Shop {
  return {
    shop: shop as ShopDomain,
    name,
    email: 'owner@example.com',
    primaryDomain: shop,
    currency: CURRENCY,
    timeZone: 'Europe/Berlin',
    locales: [{ locale: 'en', primary: true }],
    ipAllowlist: [],
    customerNotices: true,
    installedAt: now,
    uninstalledAt: null,
    version: 1,
    createdAt: now,
    updatedAt: now,
  };
}

function subscribed({ shop, products }: BenchShop, now: Date): Omit<SubscriptionDocument, '_id'> {
  return {
    shop: shop as ShopDomain,
    plan: PLAN.plan,
    status: 'active',
    trialEndsAt: null,
    usage: { products },
    usageChangedAt: now,
    history: [{ status: 'active', plan: PLAN.plan, at: now }],
    version: 1,
    createdAt: now,
    updatedAt: now,
  };
}

function keyOf({ shop, apiKey }: BenchShop, now: Date) {
  return {
    shop: shop as ShopDomain,
    role: 'merchant',
    name: 'bench',
    hash: createHash('sha256').update(apiKey).digest('hex'),
    prefix: apiKey.slice(0, 13),
    scopes: [
      ...['products:read', 'products:write', 'inventory:write', 'orders:write'],
      ...['transport-orders:read', 'transport-orders:write', 'sitemaps:write', 'jobs:read'],
    ],
    createdAt: now,
    expiresAt: null,
    lastUsedAt: null,
    revokedAt: null,
  };
}
