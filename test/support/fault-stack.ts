import mongoose, { mongo } from 'mongoose';
import { ApiClient } from './client.js';
import { cli, migrate } from './process.js';
import { dedicatedStack, type DedicatedStack } from './stack.js';

/** Servers of a fault spec's own with the schema and a shop on them. */
export interface FaultStack {
  stack: DedicatedStack;
  env: Record<string, string>;
  /** Past the application. */
  db: mongo.Db;
  /** Makes a key of a shop with an unlimited plan by the operator's command line, and gives a client of it. */
  shop(name: string): Promise<{ shop: string; apiKey: string; at(service: { api: ApiClient }): ApiClient }>;
  stop(): Promise<void>;
}

/** Starts the servers and migrates. */
export async function faultStack(): Promise<FaultStack> {
  const stack = await dedicatedStack();
  const env = { ...stack.env, PUBLIC_URL: 'http://127.0.0.1:3000' };
  const { code, stderr } = await migrate(['up'], env);
  if (code !== 0) throw new Error(stderr);
  const client = await new mongoose.mongo.MongoClient(stack.mongodbUri).connect();
  const db = client.db();
  return {
    stack,
    env,
    db,
    async shop(name) {
      const shop = `${name}.myshopify.com`;
      const now = new Date();
      await db.collection('shops').insertOne({
        ...{ shop, name, email: '', primaryDomain: shop, currency: 'EUR', timeZone: 'UTC' },
        locales: [{ locale: 'en', primary: true }],
        ...{ installedAt: now, uninstalledAt: null, version: 1, createdAt: now, updatedAt: now },
      });
      await db.collection('subscriptions').insertOne({
        ...{ shop, plan: 'enterprise', status: 'active', trialEndsAt: null, usage: { products: 0 } },
        ...{ history: [], version: 1, createdAt: now, updatedAt: now, usageChangedAt: now },
      });
      const made = await cli(['key:create', '--shop', shop], env);
      const apiKey = /ent_live_[\w-]+/.exec(made.stdout)?.[0];
      if (!apiKey) throw new Error(`no key: ${made.stdout} ${made.stderr}`);
      return { shop, apiKey, at: (service) => service.api.as(apiKey) };
    },
    async stop() {
      await client.close();
      await stack.stop();
    },
  };
}
