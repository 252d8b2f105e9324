import type { ShopDomain } from '../../kernel/shop-domain.js';

export type TenantState = 'installed' | 'uninstalled' | 'unknown';

/** What the guard and the mails need to know of a shop. */
export interface TenantProfile {
  name: string;
  /** What its storefront speaks first (BCP 47), if it says. */
  language: string | null;
  /** CIDRs its keys and members work from; from anywhere when empty. */
  ipAllowlist: readonly string[];
}

/** Knows which shops exist. The guard asks it before any handler runs; the shops feature answers. */
export abstract class TenantDirectory {
  abstract state(shop: ShopDomain): Promise<TenantState>;

  /** Undefined for a shop that does not exist. */
  abstract profile(shop: ShopDomain): Promise<TenantProfile | undefined>;
}
