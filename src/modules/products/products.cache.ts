import type { ShopDomain } from '../../kernel/shop-domain.js';

/** Voids every cached answer from a shop's catalogue. */
export function productsTag(shop: ShopDomain): string {
  return `products:${shop}`;
}

/** Voids what everybody sees of the products a shop features. */
export function featuredTag(shop: ShopDomain): string {
  return `featured:${shop}`;
}
