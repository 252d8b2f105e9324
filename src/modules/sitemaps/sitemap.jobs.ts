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

export interface SitemapArchivePayload {
  dryRun?: boolean;
}

export interface SitemapArchiveResult {
  /** With more than is kept. */
  shops: number;
  /** Removed, or to be removed. */
  versions: number;
}

/**
 * ARCHIVE_SITEMAPS (requirements R3.6): each generation keeps the latest versions of its shop; this removes what one
 * left that was cut off in between. A dry run counts it.
 */
export const archiveSitemaps = defineJob<SitemapArchivePayload, SitemapArchiveResult>(
  'sitemap.archive',
  'maintenance',
);
