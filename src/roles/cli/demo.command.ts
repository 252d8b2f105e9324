import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import type { INestApplicationContext } from '@nestjs/common';
import { shopDomain, type ShopDomain } from '../../kernel/shop-domain.js';
import { AccountsService, ApiKeysService } from '../../modules/identity/index.js';
import { ImportService } from '../../modules/products/index.js';
import { ShopsService, type InstallShop } from '../../modules/shops/index.js';
import { SitemapsService } from '../../modules/sitemaps/index.js';
import { SubscriptionsService } from '../../modules/subscriptions/index.js';
import { print } from './context.js';

interface DemoShop extends InstallShop {
  shop: string;
  plan: string;
  theme: string;
  products: number;
  seed: number;
}

const SHOPS: DemoShop[] = [
  {
    shop: 'nordlys-apparel.myshopify.com',
    name: 'Nordlys Apparel',
    email: 'hello@nordlys.example',
    primaryDomain: 'nordlys.example',
    currency: 'EUR',
    timeZone: 'Europe/Berlin',
    locales: [
      { locale: 'en', primary: true },
      { locale: 'de', primary: false },
      { locale: 'fr', primary: false },
    ],
    plan: 'growth',
    theme: 'apparel',
    products: 160,
    seed: 11,
  },
  {
    shop: 'hearth-and-garden.myshopify.com',
    name: 'Hearth & Garden',
    email: 'hello@hearth.example',
    primaryDomain: 'hearth.example',
    currency: 'GBP',
    timeZone: 'Europe/London',
    plan: 'starter',
    theme: 'home',
    products: 120,
    seed: 12,
  },
  {
    shop: 'lumen-jewellery.myshopify.com',
    name: 'Lumen Jewellery',
    email: 'hello@lumen.example',
    primaryDomain: 'lumen.example',
    currency: 'USD',
    timeZone: 'America/New_York',
    plan: 'scale',
    theme: 'jewellery',
    products: 120,
    seed: 13,
  },
];
const ADMIN_EMAIL = 'admin@entrepot.example';
const KEY_NAME = 'demo';

/** Module of `local/demo`, which is no part of the product: loaded when it is asked for. */
interface Catalogues {
  readonly catalogueCsv: (options: { theme: string; products: number; seed: number }) => Readable;
}

/**
 * Loads three shops with their catalogues; what is there already stays. The last line printed is
 * `{shop, apiKey, adminEmail, adminPassword}`, a secret being null when it was made by an earlier call; with
 * `rotate` both are made anew.
 */
export async function loadDemo(
  app: INestApplicationContext,
  { rotate = false }: { rotate?: boolean },
): Promise<void> {
  const { catalogueCsv } = (await import(
    pathToFileURL(join(import.meta.dirname, '../../../local/demo/catalogue.ts')).href
  )) as Catalogues;
  for (const shop of SHOPS) await loadShop(app, shop, catalogueCsv(shop));
  const adminPassword = await admin(app, rotate);
  const [first] = SHOPS;
  const shop = shopDomain(first?.shop ?? '') as ShopDomain;
  const apiKey = await key(app, shop, rotate);
  print(JSON.stringify({ shop, apiKey, adminEmail: ADMIN_EMAIL, adminPassword }));
}

async function loadShop(app: INestApplicationContext, demo: DemoShop, csv: Readable): Promise<void> {
  const domain = shopDomain(demo.shop) as ShopDomain;
  const shops = app.get(ShopsService, { strict: false });
  const { shop: _shop, plan, theme: _theme, products: _products, seed: _seed, ...install } = demo;
  if ((await shops.state(domain)) === 'unknown') await shops.install(domain, install);
  await app.get(SubscriptionsService, { strict: false }).change(domain, { plan });
  const result = await app.get(ImportService, { strict: false }).importFrom(domain, csv, 0, () => undefined);
  print(`${demo.name}: ${result.created} products loaded, ${result.unchanged} were there`);
  await app.get(SitemapsService, { strict: false }).ensure(domain);
}

async function admin(app: INestApplicationContext, rotate: boolean): Promise<string | null> {
  const accounts = app.get(AccountsService, { strict: false });
  if (!rotate && (await accounts.exists(ADMIN_EMAIL))) return null;
  const password = randomBytes(12).toString('base64url');
  await accounts.put(ADMIN_EMAIL, password, 'admin');
  return password;
}

async function key(app: INestApplicationContext, shop: ShopDomain, rotate: boolean): Promise<string | null> {
  const keys = app.get(ApiKeysService, { strict: false });
  if (!rotate && (await keys.hasLive(shop, KEY_NAME))) return null;
  return (await keys.issue({ shop, role: 'merchant', name: KEY_NAME })).secret;
}
