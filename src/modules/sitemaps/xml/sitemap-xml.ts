import { escapeXml } from './xml-text.js';

const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';
const SITEMAP = 'http://www.sitemaps.org/schemas/sitemap/0.9';
const IMAGE = 'http://www.google.com/schemas/sitemap-image/1.1';
const XHTML = 'http://www.w3.org/1999/xhtml';

export const URLSET_OPEN = `${DECLARATION}<urlset xmlns="${SITEMAP}" xmlns:image="${IMAGE}" xmlns:xhtml="${XHTML}">\n`;
export const URLSET_CLOSE = '</urlset>\n';
export const INDEX_OPEN = `${DECLARATION}<sitemapindex xmlns="${SITEMAP}">\n`;
export const INDEX_CLOSE = '</sitemapindex>\n';

/** What a `<url>` holds, each value already fit for the protocol but not yet escaped. */
export interface UrlElement {
  loc: string;
  lastmod: string | undefined;
  alternates: readonly { hreflang: string; href: string }[];
  images: readonly string[];
}

/** A `<url>` line; children in the order that sitemap.xsd demands: its own first, other namespaces after. */
export function urlElement({ loc, lastmod, alternates, images }: UrlElement): string {
  let xml = `<url><loc>${escapeXml(loc)}</loc>${lastmodElement(lastmod)}`;
  for (const { hreflang, href } of alternates) {
    xml += `<xhtml:link rel="alternate" hreflang="${escapeXml(hreflang)}" href="${escapeXml(href)}"/>`;
  }
  for (const image of images) xml += `<image:image><image:loc>${escapeXml(image)}</image:loc></image:image>`;
  return `${xml}</url>\n`;
}

/** A `<sitemap>` line of an index. */
export function sitemapElement(loc: string, lastmod: string | undefined): string {
  return `<sitemap><loc>${escapeXml(loc)}</loc>${lastmodElement(lastmod)}</sitemap>\n`;
}

/**
 * W3C Datetime in UTC, whole seconds rounded down so that it is never later than the change itself.
 * Undefined for a date that the format's four-digit year cannot hold.
 */
export function w3cDatetime(date: Date): string | undefined {
  const year = date.getUTCFullYear();
  return year >= 1 && year <= 9999 ? `${date.toISOString().slice(0, 19)}Z` : undefined;
}

function lastmodElement(lastmod: string | undefined): string {
  return lastmod === undefined ? '' : `<lastmod>${lastmod}</lastmod>`;
}
