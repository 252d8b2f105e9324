import { Injectable } from '@nestjs/common';
import type { ShopDomain } from '../../kernel/shop-domain.js';

type Purge = (shop: ShopDomain) => Promise<unknown>;

/** Who holds data of a tenant and how to remove it: each feature registers its own, the purge calls them all. */
@Injectable()
export class TenantData {
  private readonly purges = new Map<string, Purge>();

  /** `purge` must be safe to run twice. */
  register(name: string, purge: Purge): void {
    this.purges.set(name, purge);
  }

  /** Removes everything of one tenant, feature by feature; stops at the first failure so that a retry goes on. */
  async purge(shop: ShopDomain): Promise<string[]> {
    for (const purge of this.purges.values()) await purge(shop);
    return [...this.purges.keys()];
  }
}
