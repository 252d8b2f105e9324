import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import mongoose, { mongo } from 'mongoose';
import { readConfig } from '../../src/config/config.js';
import { shopDomain, type ShopDomain } from '../../src/kernel/shop-domain.js';
import { AccountsService } from '../../src/modules/identity/index.js';
import { ShopsService } from '../../src/modules/shops/index.js';
import { SubscriptionsService } from '../../src/modules/subscriptions/index.js';
import { connectOptions } from '../../src/platform/database/connection.js';
import { Migrator } from '../../src/platform/database/migrations/migrator.js';
import { Lifecycle } from '../../src/platform/health/lifecycle.js';
import { createLogger } from '../../src/platform/observability/logger.js';
import { createApp } from '../../src/roles/app.js';
import { ApiClient } from './client.js';
import { NO_LIMITS } from './limits.js';
import { testStack } from './stack.js';

/** A shop with a key of its own, as a test meets it. */
export interface TestShop {
  shop: ShopDomain;
  apiKey: string;
  api: ApiClient;
}

/** The application on the real servers, listening on a free port, with its database to look into. */
export interface TestApp {
  app: NestFastifyApplication;
  baseUrl: string;
  /** Its servers: `startTestApp(env)` starts another instance of the same installation. */
  env: Record<string, string>;
  /** Straight to the database, past the application: to look and to prepare. */
  db: mongo.Db;
  /** A caller without credentials. */
  anonymous: ApiClient;
  /** An operator. */
  admin: ApiClient;
  /** Installs a shop on a plan without limits unless told otherwise. */
  newShop(options?: { plan?: string; currency?: string; name?: string }): Promise<TestShop>;
  /** What the application logged, parsed. */
  logs: Record<string, unknown>[];
  close(): Promise<void>;
}

let shops = 0;

/** Starts the application (role `all` unless `env` says otherwise) on a migrated database of its own. */
export async function startTestApp(
  env: Record<string, string> = {},
  more: Parameters<typeof createApp>[2] = [],
): Promise<TestApp> {
  const stack = await testStack();
  const config = readConfig({
    ...stack.env,
    ...NO_LIMITS,
    PORT: '0',
    LOG_LEVEL: 'info',
    SECRET_KEY: 'a secret key that only the tests know about',
    ...env,
  });
  const client = await mongoose
    .createConnection(config.database.uri, { ...connectOptions(config.database), appName: 'spec' })
    .asPromise();
  const db = client.getClient().db();
  await new Migrator(db).up();

  const logs: Record<string, unknown>[] = [];
  const logger = createLogger(config.logs.level, {
    write: (line) => logs.push(JSON.parse(line) as Record<string, unknown>),
  });
  const app = await createApp(config, logger, more);
  await app.listen(0, '127.0.0.1').catch(async (error: unknown) => {
    await app.close(); // or its connections would keep the test run
    await client.close();
    throw error;
  });
  const baseUrl = await app.getUrl();
  app.get(Lifecycle).state = 'running';

  const accounts = app.get(AccountsService);
  // another instance on the same database has made it, and its sessions would end
  if (!(await accounts.exists('admin@example.com'))) {
    await accounts.put('admin@example.com', 'correct horse battery', 'admin');
  }
  const { accessToken } = await accounts.login('admin@example.com', 'correct horse battery');

  return {
    app,
    baseUrl,
    env: { ...stack.env, ...env },
    db,
    logs,
    anonymous: new ApiClient(baseUrl),
    admin: new ApiClient(baseUrl, accessToken),
    async newShop({ plan = 'enterprise', currency = 'EUR', name = 'Test shop' } = {}) {
      const shop = shopDomain(`test-${process.pid}-${++shops}.myshopify.com`)!;
      const { apiKey } = await app.get(ShopsService).install(shop, { name, currency });
      await app.get(SubscriptionsService, { strict: false }).change(shop, { plan });
      return { shop, apiKey, api: new ApiClient(baseUrl, apiKey) };
    },
    async close() {
      await app.close();
      await client.close();
      await stack.release();
    },
  };
}
