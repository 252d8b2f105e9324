/** Limits of sitemaps.org's protocol 0.9, and Google's for images. */
export const MAX_URLS_PER_SITEMAP = 50_000;
/** 50 MB as sitemaps.org counts it, uncompressed; also the limit of an index. */
export const MAX_BYTES_PER_SITEMAP = 52_428_800;
export const MAX_SITEMAPS_PER_INDEX = 50_000;
/** "Must be less than 2,048 characters." */
export const MAX_URL_LENGTH = 2_047;
/** From sitemap.xsd: shorter than `http://a.bc` cannot be. */
export const MIN_URL_LENGTH = 12;
/** Google: "up to 1,000 image tags" for each URL. */
export const MAX_IMAGES_PER_URL = 1_000;
