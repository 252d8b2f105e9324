import type { ShopDomain } from '../../kernel/shop-domain.js';

export type TenantState = 'installed' | 'uninstalled' | 'unknown';

/** Knows which shops exist. The guard asks it before any handler runs; the shops feature answers. */
export abstract class TenantDirectory {
  abstract state(shop: ShopDomain): Promise<TenantState>;
}
