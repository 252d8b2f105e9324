import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { ClientSession } from 'mongoose';
import { AppError, invalidField } from '../../../kernel/errors.js';
import type { ShopDomain } from '../../../kernel/shop-domain.js';
import { AuditTrail } from '../../../platform/audit/audit-trail.js';
import { CacheService } from '../../../platform/cache/cache.service.js';
import { isDuplicateKey } from '../../../platform/database/database-errors.js';
import { TenantData } from '../../../platform/tenancy/tenant-data.js';
import { ProductsRepository, type ShownProduct } from '../products.repository.js';
import { featuredTag } from '../products.cache.js';
import { FeaturedProductsRepository, type FeaturedSelection } from './featured-products.repository.js';

/** What a shop puts in its window, in its own order. */
@Injectable()
export class FeaturedProductsService implements OnModuleInit {
  constructor(
    private readonly repository: FeaturedProductsRepository,
    private readonly products: ProductsRepository,
    private readonly audit: AuditTrail,
    private readonly cache: CacheService,
    private readonly tenants: TenantData,
  ) {}

  onModuleInit(): void {
    this.tenants.register('featured products', (shop) => this.repository.deleteAll(shop));
  }

  /** What customers see of it: those that are active and published, in the shop's order. */
  async shown(shop: ShopDomain): Promise<ShownProduct[]> {
    const { productIds } = await this.repository.find(shop);
    if (productIds.length === 0) return [];
    const found = await this.products.findShown(shop, productIds);
    const byId = new Map(found.map((product) => [String(product._id), product]));
    return productIds.flatMap((id) => byId.get(id) ?? []);
  }

  /** All that the shop has chosen, drafts too. */
  async selection(shop: ShopDomain): Promise<FeaturedSelection> {
    return this.repository.find(shop);
  }

  /**
   * Replaces the list; `version` is what the caller last saw.
   * @throws AppError `validation_failed` for what is no product of the shop, `version_mismatch`
   */
  async arrange(
    shop: ShopDomain,
    productIds: readonly string[],
    version?: number,
  ): Promise<FeaturedSelection> {
    try {
      const { before, after } = await this.audit.recorded(
        (session) => this.write(shop, productIds, version, session),
        ({ before: was, after: is }) =>
          was.version === is.version
            ? null
            : {
                ...{ action: 'updated', resource: 'featured_products', resourceId: shop, shop },
                ...{ before: { productIds: was.productIds }, after: { productIds: is.productIds } },
              },
      );
      if (before.version !== after.version) await this.cache.invalidateTags(featuredTag(shop));
      return after;
    } catch (error) {
      if (isDuplicateKey(error, 'shop')) throw outdated(1); // two arranged the first list at once
      throw error;
    }
  }

  private async write(
    shop: ShopDomain,
    productIds: readonly string[],
    version: number | undefined,
    session: ClientSession,
  ): Promise<{ before: FeaturedSelection; after: FeaturedSelection }> {
    const before = await this.repository.find(shop, session);
    if (version !== undefined && version !== before.version) throw outdated(before.version);
    if (before.productIds.join() === productIds.join()) return { before, after: before };
    const known = new Set(await this.products.existing(shop, productIds, session));
    const at = productIds.findIndex((id) => !known.has(id));
    if (at >= 0) throw invalidField(`productIds.${at}`, 'product_not_found', 'is no product of this shop');
    if (!(await this.repository.replace(shop, productIds, before.version, session)))
      throw outdated(before.version + 1);
    return { before, after: { productIds: [...productIds], version: before.version + 1 } };
  }
}

function outdated(version: number): AppError {
  return new AppError('version_mismatch', `The list is at version ${version} now; read it again.`);
}
