import { SitemapLimitError } from './sitemap-errors.js';
import { MAX_BYTES_PER_SITEMAP } from './sitemap-limits.js';
import { normalizeUrl } from './sitemap-url.js';
import { INDEX_CLOSE, INDEX_OPEN, sitemapElement, w3cDatetime } from './sitemap-xml.js';

const CHUNK_LENGTH = 65_536;

/**
 * A sitemap index in chunks. Throws TypeError on a location that is no fit URL (a fault of the caller, unlike a bad
 * page URL) and SitemapLimitError past 50 MB.
 */
export function* indexChunks(
  sitemaps: Iterable<{ loc: string; lastmod: Date | undefined }>,
): Generator<Buffer> {
  let text = INDEX_OPEN;
  let bytes = Buffer.byteLength(INDEX_OPEN) + Buffer.byteLength(INDEX_CLOSE);
  for (const { loc, lastmod } of sitemaps) {
    const location = normalizeUrl(loc);
    if ('problem' in location)
      throw new TypeError(`Not a location for a sitemap index (${location.problem}): ${loc}`);
    const xml = sitemapElement(location.url, lastmod && w3cDatetime(lastmod));
    bytes += Buffer.byteLength(xml);
    if (bytes > MAX_BYTES_PER_SITEMAP) throw new SitemapLimitError('The sitemap index would exceed 50 MB.');
    text += xml;
    if (text.length < CHUNK_LENGTH) continue;
    yield Buffer.from(text);
    text = '';
  }
  yield Buffer.from(text + INDEX_CLOSE);
}
