declare const brand: unique symbol;

/** The tenant: a Shopify shop's permanent domain. Only `shopDomain` makes one, so a query can't take a raw string. */
export type ShopDomain = string & { readonly [brand]: 'ShopDomain' };

const PATTERN = /^[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])?\.myshopify\.com$/;

/** The text as a shop domain, or undefined when it is none. Domains are case-insensitive (RFC 4343). */
export function shopDomain(text: string): ShopDomain | undefined {
  const domain = text.toLowerCase();
  return PATTERN.test(domain) ? (domain as ShopDomain) : undefined;
}
