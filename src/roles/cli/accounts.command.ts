import { randomBytes } from 'node:crypto';
import type { INestApplicationContext } from '@nestjs/common';
import { StartupError } from '../../config/config.js';
import { shopDomain } from '../../kernel/shop-domain.js';
import { AccountsService, ApiKeysService } from '../../modules/identity/index.js';
import { ShopsService } from '../../modules/shops/index.js';
import { print } from './context.js';

/** Creates an operator, or gives one a new password. Prints the password when it was made here. */
export async function createAdmin(app: INestApplicationContext, email: string, options: { password?: string }): Promise<void> {
  if (!/^[^\s@]+@[^\s@]+$/.test(email)) throw new StartupError(`"${email}" is not an e-mail address.`);
  const password = options.password ?? randomBytes(18).toString('base64url');
  await app.get(AccountsService, { strict: false }).put(email, password, 'admin');
  print(JSON.stringify({ email, ...(options.password ? {} : { password }) }));
}

/** Makes an API key with every scope of a shop and prints it. */
export async function createKey(app: INestApplicationContext, options: { shop: string; name: string }): Promise<void> {
  const shop = shopDomain(options.shop);
  if (!shop) throw new StartupError(`"${options.shop}" is not a shop's domain (name.myshopify.com).`);
  await app.get(ShopsService, { strict: false }).get(shop);
  const { secret } = await app.get(ApiKeysService, { strict: false }).issue({ shop, role: 'merchant', name: options.name });
  print(JSON.stringify({ shop, apiKey: secret }));
}
