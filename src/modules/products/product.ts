/**
 * The product as merchants write it: what a create body, an import and an export have in common.
 * Names follow Shopify's Admin API; money is in integer minor units of the shop's currency.
 */
export const PRODUCT_STATUSES = ['active', 'draft', 'archived'] as const;
export type ProductStatus = (typeof PRODUCT_STATUSES)[number];

export const INVENTORY_POLICIES = ['deny', 'continue'] as const;
export type InventoryPolicy = (typeof INVENTORY_POLICIES)[number];

export const WEIGHT_UNITS = ['g', 'kg', 'oz', 'lb'] as const;
export type WeightUnit = (typeof WEIGHT_UNITS)[number];

/** A CSV column the catalogue does not model (metafields, Google Shopping, unit price …), kept to be given back. */
export interface ExtraColumn {
  column: string;
  value: string;
}

export interface ProductOption {
  name: string;
  /** Metafield the option's values come from, e.g. `product.metafields.shopify.color-pattern`. */
  linkedTo?: string;
}

export interface VariantDraft {
  /** One value per product option, in the options' order. */
  optionValues: string[];
  sku: string;
  barcode: string;
  price: number;
  compareAtPrice: number | null;
  /** Empty when the stock is not tracked, else who tracks it, e.g. `shopify`. */
  inventoryTracker: string;
  inventoryQuantity: number;
  inventoryPolicy: InventoryPolicy;
  fulfillmentService: string;
  grams: number;
  weightUnit: WeightUnit;
  requiresShipping: boolean;
  taxable: boolean;
  taxCode: string;
  /** `src` of one of the product's images, or null. */
  imageSrc: string | null;
  extra: ExtraColumn[];
}

export interface ImageDraft {
  src: string;
  altText: string;
  /** What a CSV row of this image alone carried in columns the catalogue does not model; absent when nothing. */
  extra?: ExtraColumn[];
}

export interface ProductDraft {
  handle: string;
  title: string;
  descriptionHtml: string;
  vendor: string;
  productType: string;
  productCategory: string;
  tags: string[];
  status: ProductStatus;
  /** Visible on the shop's online store (Shopify's `Published`). */
  published: boolean;
  giftCard: boolean;
  options: ProductOption[];
  variants: VariantDraft[];
  /** In display order. */
  images: ImageDraft[];
  seo: { title: string; description: string };
  extra: ExtraColumn[];
}
