import type { ShopDomain } from '../../kernel/shop-domain.js';

/** Voids every cached answer from a shop's catalogue. */
export function productsTag(shop: ShopDomain): string {
  return `products:${shop}`;
}
