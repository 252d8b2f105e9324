import type { SitemapAlternate, SitemapEntry, SitemapImage } from './sitemap-entry.js';

/** A language a shop is published in. */
export interface ShopLocale {
  /** BCP 47 tag as Shopify writes it, e.g. `en`, `pt-BR`, `zh-CN`. */
  readonly locale: string;
  /** The language served without a prefix; exactly one. */
  readonly primary: boolean;
  /** Subfolder of a non-primary language, e.g. `en-ca`; the locale itself when absent. */
  readonly urlPrefix?: string | undefined;
}

/** A page as the primary language knows it: `path` starts with `/`. */
export interface SitemapPage {
  readonly path: string;
  readonly lastmod?: Date;
  readonly images: readonly SitemapImage[];
}

/** A path of these segments, each encoded, so that a handle with `/`, `?` or `%` stays one segment. */
export function pagePath(...segments: readonly string[]): string {
  return `/${segments.map((segment) => encodeURIComponent(segment.toWellFormed())).join('/')}`;
}

/**
 * How to write a page of a shop: one entry for each language version, each with the whole set of alternates, itself
 * and `x-default` (the primary language) included, as Google's "localized versions" guideline asks. A shop with one
 * language gets one entry without alternates.
 * Throws RangeError unless `baseUrl` is an absolute http(s) URL, exactly one locale is primary, every tag is
 * valid BCP 47, and neither tags nor prefixes repeat.
 */
export function localizedPages(
  baseUrl: string,
  locales: readonly ShopLocale[],
): (page: SitemapPage) => SitemapEntry[] {
  const base = baseOf(baseUrl);
  const versions = versionsOf(locales);
  const [primary, ...others] = versions;
  if (!primary) throw new RangeError('A shop has one primary language.');
  return ({ path, ...page }) => {
    const href = (prefix: string): string => base + prefix + (prefix && path === '/' ? '' : path);
    if (others.length === 0) return [{ ...page, loc: href(''), alternates: [] }];
    const alternates: SitemapAlternate[] = versions.map(({ hreflang, prefix }) => ({
      hreflang,
      href: href(prefix),
    }));
    alternates.push({ hreflang: 'x-default', href: href('') });
    return versions.map(({ prefix }) => ({ ...page, loc: href(prefix), alternates }));
  };
}

/** The tag in canonical form (`pt_br` → `pt-BR`), cut to language, script and region: all that search engines read. */
export function hreflangOf(locale: string): string {
  let tag: Intl.Locale;
  try {
    tag = new Intl.Locale(locale.replaceAll('_', '-'));
  } catch {
    throw new RangeError(`Not a BCP 47 language tag: ${locale}`);
  }
  return [tag.language, tag.script, tag.region].filter(Boolean).join('-');
}

interface Version {
  hreflang: string;
  /** Empty, or `/` and the subfolder. */
  prefix: string;
}

function versionsOf(locales: readonly ShopLocale[]): Version[] {
  if (locales.filter(({ primary }) => primary).length !== 1) {
    throw new RangeError(`Exactly one of ${locales.length} languages must be primary.`);
  }
  const versions = [...locales]
    .sort((a, b) => Number(b.primary) - Number(a.primary))
    .map(({ locale, primary, urlPrefix }) => ({
      hreflang: hreflangOf(locale),
      prefix: primary ? '' : prefixOf(urlPrefix ?? locale),
    }));
  for (const key of ['hreflang', 'prefix'] as const) {
    const values = versions.map((version) => version[key].toLowerCase());
    const repeated = values.find((value, i) => values.indexOf(value) !== i);
    if (repeated !== undefined) throw new RangeError(`Two languages share the ${key} "${repeated}".`);
  }
  return versions;
}

function prefixOf(text: string): string {
  const segments = text.split('/').filter(Boolean);
  if (segments.length === 0) throw new RangeError('Only the primary language goes without a prefix.');
  return pagePath(...segments);
}

function baseOf(baseUrl: string): string {
  const url = URL.parse(baseUrl);
  if (!url || !/^https?:$/.test(url.protocol))
    throw new RangeError(`Not an absolute http(s) URL: ${baseUrl}`);
  return url.origin + url.pathname.replace(/\/+$/, '');
}
