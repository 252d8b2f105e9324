import type { SitemapEntry } from './sitemap-entry.js';
import { MAX_IMAGES_PER_URL } from './sitemap-limits.js';
import { normalizeUrl } from './sitemap-url.js';
import { urlElement, w3cDatetime } from './sitemap-xml.js';
import type { SkipLog } from './skip-log.js';

/** An entry as XML, with what the writer counts. */
export interface RenderedEntry {
  xml: string;
  /** UTF-8 bytes of `xml`. */
  bytes: number;
  images: number;
  lastmod: Date | undefined;
}

const HREFLANG = /^[A-Za-z]+(?:-[A-Za-z0-9]+)*$/;

/**
 * One entry as XML, or undefined when its page URL is unfit or it alone exceeds `maxBytes`. Unfit images,
 * alternates and dates are left out of the entry; everything left out is counted in `skips`.
 */
export function renderEntry(
  entry: SitemapEntry,
  maxBytes: number,
  skips: SkipLog,
): RenderedEntry | undefined {
  const loc = normalizeUrl(entry.loc);
  if ('problem' in loc) {
    skips.add('url', loc.problem, entry.loc);
    return undefined;
  }
  const lastmod = entry.lastmod && w3cDatetime(entry.lastmod);
  if (entry.lastmod && !lastmod) skips.add('lastmod', 'invalid_date', entry.loc);
  const images = imageLocs(entry, skips);
  const xml = urlElement({ loc: loc.url, lastmod, alternates: alternates(entry, skips), images });
  const bytes = Buffer.byteLength(xml);
  if (bytes > maxBytes) {
    skips.add('url', 'entry_too_large', entry.loc);
    return undefined;
  }
  return { xml, bytes, images: images.length, lastmod: lastmod ? entry.lastmod : undefined };
}

function imageLocs({ images }: SitemapEntry, skips: SkipLog): string[] {
  const locs: string[] = [];
  for (const { loc } of images) {
    const image = normalizeUrl(loc);
    if ('problem' in image) skips.add('image', image.problem, loc);
    else if (locs.length === MAX_IMAGES_PER_URL) skips.add('image', 'too_many_images', loc);
    else locs.push(image.url);
  }
  return locs;
}

function alternates(entry: SitemapEntry, skips: SkipLog): { hreflang: string; href: string }[] {
  return entry.alternates.flatMap(({ hreflang, href }) => {
    const target = normalizeUrl(href);
    if (HREFLANG.test(hreflang) && 'url' in target) return [{ hreflang, href: target.url }];
    skips.add('alternate', 'problem' in target ? target.problem : 'invalid_hreflang', `${hreflang} ${href}`);
    return [];
  });
}
