import type { ShopDomain } from '../../kernel/shop-domain.js';

/** A language the shop's storefront is published in. The primary one lives at the root, others under their prefix. */
export interface ShopLocale {
  /** BCP 47, e.g. `pt-BR`. */
  locale: string;
  primary: boolean;
  /** First path segment of its pages, e.g. `pt`; the locale itself if absent. */
  urlPrefix?: string;
}

/** What a shop speaks first; null where it does not say. */
export function primaryLanguage(locales: readonly ShopLocale[]): string | null {
  return locales.find(({ primary }) => primary)?.locale ?? null;
}

export interface Shop {
  /** The permanent Shopify domain: the tenant. */
  shop: ShopDomain;
  name: string;
  email: string;
  /** Host customers see, used in sitemap URLs. */
  primaryDomain: string;
  /** ISO 4217; fixed at creation because every price is stored in its minor units. */
  currency: string;
  timeZone: string;
  locales: ShopLocale[];
  /** CIDRs its keys and members work from; from anywhere when empty. */
  ipAllowlist: string[];
  /** Whether customers are told by mail of what becomes of their orders. */
  customerNotices: boolean;
  installedAt: Date;
  uninstalledAt: Date | null;
  version: number;
  createdAt: Date;
  updatedAt: Date;
}

export type ShopSettings = Pick<
  Shop,
  'name' | 'email' | 'primaryDomain' | 'timeZone' | 'locales' | 'ipAllowlist' | 'customerNotices'
>;
