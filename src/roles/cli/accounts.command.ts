import { randomBytes } from 'node:crypto';
import type { INestApplicationContext } from '@nestjs/common';
import { StartupError } from '../../config/config.js';
import { shopDomain, type ShopDomain } from '../../kernel/shop-domain.js';
import { AccountsService, ApiKeysService, MembersService, ofShop } from '../../modules/identity/index.js';
import { ShopsService } from '../../modules/shops/index.js';
import { print } from './context.js';

/** Creates an operator, or gives one a new password. Prints the password when it was made here. */
export async function createAdmin(
  app: INestApplicationContext,
  email: string,
  options: { password?: string },
): Promise<void> {
  assertEmail(email);
  const password = options.password ?? randomBytes(18).toString('base64url');
  await app.get(AccountsService, { strict: false }).put(email, password, 'admin');
  print(JSON.stringify({ email, ...(options.password ? {} : { password }) }));
}

export interface AccountOptions {
  role: string;
  shop?: string;
  password?: string;
}

/**
 * Creates an account whose address needs no confirming, as an owner of a shop if one is named. Prints the password when it
 * was made here.
 */
export async function createAccount(
  app: INestApplicationContext,
  email: string,
  options: AccountOptions,
): Promise<void> {
  assertEmail(email);
  const role = (['merchant', 'client', 'carrier'] as const).find((known) => known === options.role);
  if (!role) throw new StartupError(`"${options.role}" is not one of merchant, client, carrier.`);
  const shop = options.shop === undefined ? undefined : await installedShop(app, options.shop);
  const password = options.password ?? randomBytes(18).toString('base64url');
  const account = await app.get(AccountsService, { strict: false }).put(email, password, role);
  if (shop) await app.get(MembersService, { strict: false }).addOwner(ofShop(shop), account);
  print(
    JSON.stringify({ email, role, ...(shop ? { shop } : {}), ...(options.password ? {} : { password }) }),
  );
}

/** Makes an API key with every scope of a shop and prints it. */
export async function createKey(
  app: INestApplicationContext,
  options: { shop: string; name: string },
): Promise<void> {
  const shop = await installedShop(app, options.shop);
  const { secret } = await app
    .get(ApiKeysService, { strict: false })
    .issue({ shop, role: 'merchant', name: options.name });
  print(JSON.stringify({ shop, apiKey: secret }));
}

function assertEmail(email: string): void {
  if (!/^[^\s@]+@[^\s@]+$/.test(email)) throw new StartupError(`"${email}" is not an e-mail address.`);
}

async function installedShop(app: INestApplicationContext, text: string): Promise<ShopDomain> {
  const shop = shopDomain(text);
  if (!shop) throw new StartupError(`"${text}" is not a shop's domain (name.myshopify.com).`);
  await app.get(ShopsService, { strict: false }).get(shop);
  return shop;
}
