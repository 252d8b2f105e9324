import { Types } from 'mongoose';
import type { ShopDomain } from '../../kernel/shop-domain.js';
import type { ProductDraft } from './product.js';
import type { ProductDocument, StoredImage, StoredVariant } from './product.schema.js';
import { searchWords } from './product-search.js';

/** What a write changes of a stored product: the draft and everything derived from it. */
export type ProductContent = Omit<
  ProductDocument,
  '_id' | 'shop' | 'currency' | 'optimized' | 'pendingAudit' | 'version' | 'createdAt' | 'updatedAt'
>;

/** The stored form of a draft. Variants (by option values) and images (by address) keep the ids they had. */
export function contentOf(draft: ProductDraft, existing?: ProductDocument): ProductContent {
  const variantIds = new Map(existing?.variants.map((variant) => [variantKey(variant), variant.id]));
  const imageIds = new Map(existing?.images.map((image) => [image.src, image.id]));
  const variants: StoredVariant[] = draft.variants.map((variant) => ({
    id: variantIds.get(variantKey(variant)) ?? new Types.ObjectId(),
    ...variant,
  }));
  const images: StoredImage[] = draft.images.map((image) => ({
    id: imageIds.get(image.src) ?? new Types.ObjectId(),
    ...image,
  }));
  const prices = variants.map(({ price }) => price);
  return {
    handle: draft.handle,
    title: draft.title,
    descriptionHtml: draft.descriptionHtml,
    vendor: draft.vendor,
    productType: draft.productType,
    productCategory: draft.productCategory,
    tags: draft.tags,
    status: draft.status,
    published: draft.published,
    giftCard: draft.giftCard,
    options: draft.options,
    variants,
    images,
    seo: { ...draft.seo, ...(existing?.seo.optimized ? { optimized: existing.seo.optimized } : {}) },
    extra: draft.extra,
    priceMin: Math.min(...prices),
    priceMax: Math.max(...prices),
    inventoryTotal: variants.reduce((sum, { inventoryQuantity }) => sum + inventoryQuantity, 0),
    search: searchWords({ ...draft, variants }),
  };
}

export function newDocument(
  shop: ShopDomain,
  currency: string,
  draft: ProductDraft,
  now: Date,
  _id = new Types.ObjectId(),
): ProductDocument {
  const content = contentOf(draft);
  return {
    _id,
    shop,
    currency,
    ...content,
    optimized: false,
    version: 1,
    createdAt: now,
    updatedAt: now,
  };
}

/** The draft a stored product was written from. */
export function draftOf(document: ProductDocument): ProductDraft {
  const { handle, title, descriptionHtml, vendor, productType, productCategory, tags } = document;
  const { status, published, giftCard, options, extra, seo } = document;
  return {
    ...{ handle, title, descriptionHtml, vendor, productType, productCategory, tags },
    ...{ status, published, giftCard, options, extra },
    seo: { title: seo.title, description: seo.description },
    variants: document.variants.map(({ id: _id, ...variant }) => variant),
    images: document.images.map(({ id: _id, ...image }) => image),
  };
}

function variantKey({ optionValues }: { optionValues: string[] }): string {
  return JSON.stringify(optionValues);
}
