/** There was no entry to write: sitemap.xsd wants at least one `<url>`, so an empty sitemap would be invalid. */
export class EmptySitemapError extends Error {
  override readonly name = 'EmptySitemapError';

  constructor(skipped: number) {
    super(
      skipped === 0
        ? 'A sitemap needs at least one URL, and none was given.'
        : `A sitemap needs at least one URL, and all ${skipped} given were unfit.`,
    );
  }
}

/** The site is larger than one sitemap index may describe, or the index would exceed 50 MB. */
export class SitemapLimitError extends Error {
  override readonly name = 'SitemapLimitError';
}
