import type { ShopDomain } from '../../kernel/shop-domain.js';
import { defineJob } from '../../platform/queue/job.js';

export interface SitemapPayload {
  shop: ShopDomain;
}

export interface SitemapResult {
  sitemapId: string;
  products: number;
  urls: number;
  images: number;
  files: number;
  location: string;
}

/** Writes a new version of a shop's sitemap. */
export const generateSitemap = defineJob<SitemapPayload, SitemapResult>(
  'sitemap.generate',
  'sitemap-generation',
);
