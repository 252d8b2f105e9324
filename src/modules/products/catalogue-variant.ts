import type { InventoryPolicy, ProductStatus } from './product.js';
import type { ProductDocument } from './product.schema.js';

/** A variant with what orders and stock need of its product, as the catalogue has it now. */
export interface CatalogueVariant {
  productId: string;
  variantId: string;
  title: string;
  handle: string;
  /** One value per option; empty for a product without options. */
  optionValues: string[];
  sku: string;
  /** Minor units of `currency`. */
  price: number;
  currency: string;
  status: ProductStatus;
  taxable: boolean;
  requiresShipping: boolean;
  grams: number;
  imageSrc: string | null;
  /** Whether its stock counts: somebody tracks it, or it has one. */
  tracked: boolean;
  inventoryQuantity: number;
  inventoryPolicy: InventoryPolicy;
}

/** What `toCatalogueVariants` reads of a product. */
export const VARIANT_FIELDS = { title: 1, handle: 1, status: 1, currency: 1, options: 1 } as const;

export function toCatalogueVariants(product: ProductDocument): CatalogueVariant[] {
  const { _id, title, handle, status, currency, options, variants } = product;
  return variants.map((variant) => ({
    productId: String(_id),
    variantId: String(variant.id),
    ...{ title, handle, status, currency },
    optionValues: options.length > 0 ? variant.optionValues : [],
    sku: variant.sku,
    price: variant.price,
    taxable: variant.taxable,
    requiresShipping: variant.requiresShipping,
    grams: variant.grams,
    imageSrc: variant.imageSrc,
    tracked: variant.inventoryTracker !== '' || variant.inventoryQuantity > 0,
    inventoryQuantity: variant.inventoryQuantity,
    inventoryPolicy: variant.inventoryPolicy,
  }));
}
