/**
 * Shopify's limits on a product: 3 options, 2,048 variants (changelog "The product variant limit is now 2048 for
 * all merchants", 2025-10-15), 250 images, 250 tags of 255 characters, 512 characters of alt text.
 */
export const MAX_OPTIONS = 3;
export const MAX_VARIANTS = 2_048;
export const MAX_IMAGES = 250;
export const MAX_TAGS = 250;
export const MAX_NAME_LENGTH = 255;
export const MAX_ALT_TEXT_LENGTH = 512;
export const MAX_URL_LENGTH = 2_048;
/** Shopify's bound of an inventory quantity, both ways. */
export const MAX_QUANTITY = 1_000_000_000;
export const MAX_GRAMS = 2_000_000_000;
