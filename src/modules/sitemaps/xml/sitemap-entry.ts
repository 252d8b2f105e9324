/** An image shown on a page (Google's image sitemap extension 1.1; only `loc` is still read). */
export interface SitemapImage {
  readonly loc: string;
}

/** One language version of a page: `hreflang` is a BCP 47 tag or `x-default`. */
export interface SitemapAlternate {
  readonly hreflang: string;
  readonly href: string;
}

/** One `<url>`. URLs are absolute and may still hold Unicode; the writer encodes them. */
export interface SitemapEntry {
  readonly loc: string;
  readonly lastmod?: Date;
  readonly images: readonly SitemapImage[];
  readonly alternates: readonly SitemapAlternate[];
}
