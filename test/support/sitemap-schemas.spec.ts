import { assertValidIndex, assertValidSitemap } from './sitemap-schemas.js';

const NS = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"';
const urlset = (inner: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?><urlset ${NS} xmlns:image="http://www.google.com/schemas/sitemap-image/1.1" xmlns:xhtml="http://www.w3.org/1999/xhtml">${inner}</urlset>`;
const index = (inner: string): string => `<sitemapindex ${NS}>${inner}</sitemapindex>`;
const LOC = '<loc>https://shop.example/p</loc>';
const IMAGE = '<image:image><image:loc>https://cdn.example/a.jpg</image:loc></image:image>';
const LINK = '<xhtml:link rel="alternate" hreflang="pt-BR" href="https://shop.example/pt/p"/>';

describe('assertValidSitemap', () => {
  it.each([
    ['a bare URL', `<url>${LOC}</url>`],
    [
      'everything we write',
      `<url>${LOC}<lastmod>2026-01-02T03:04:05Z</lastmod>${LINK}${IMAGE}${IMAGE}</url>`,
    ],
    ['x-default', `<url>${LOC}${LINK.replace('pt-BR', 'x-default')}</url>`],
    ['a location of 2 047 characters', `<url><loc>${'https://a.bc/'.padEnd(2_047, 'a')}</loc></url>`],
  ])('accepts %s', async (_, inner) => {
    await expect(assertValidSitemap(urlset(inner))).resolves.toBeUndefined();
  });

  it.each([
    ['no URL', '', /urlset/],
    ['a URL without location', '<url><lastmod>2026-01-02</lastmod></url>', /lastmod|loc/],
    ['two locations', `<url>${LOC}${LOC}</url>`, /loc/],
    ['children out of order', `<url>${LOC}${IMAGE}<lastmod>2026-01-02</lastmod></url>`, /lastmod/],
    ['a location too long', `<url><loc>${'https://a.bc/'.padEnd(2_049, 'a')}</loc></url>`, /maxLength/],
    ['a location too short', '<url><loc>http://a.b</loc></url>', /minLength/],
    ['no W3C datetime', `<url>${LOC}<lastmod>02/01/2026</lastmod></url>`, /lastmod/],
    ['an impossible date', `<url>${LOC}<lastmod>2026-02-30T00:00:00Z</lastmod></url>`, /lastmod/],
    ['an image without location', `<url>${LOC}<image:image/></url>`, /image/],
    [
      'an unknown image child',
      `<url>${LOC}<image:image><image:src>https://c.example/a</image:src></image:image></url>`,
      /src/,
    ],
    ['an unknown element of the image namespace', `<url>${LOC}<image:picture/></url>`, /picture/],
    ['an element of a namespace without schema', `<url>${LOC}<x:y xmlns:x="urn:x"/></url>`, /y/],
    [
      'a link without hreflang',
      `<url>${LOC}<xhtml:link rel="alternate" href="https://shop.example/p"/></url>`,
      /hreflang/,
    ],
    ['no language tag', `<url>${LOC}${LINK.replace('pt-BR', 'pt_BR')}</url>`, /hreflang/],
    ['another rel', `<url>${LOC}${LINK.replace('alternate', 'canonical')}</url>`, /rel/],
    ['an unescaped ampersand', '<url><loc>https://shop.example/?a=1&b=2</loc></url>', /entity|EntityRef/i],
  ])('refuses %s', async (_, inner, reason) => {
    await expect(assertValidSitemap(urlset(inner))).rejects.toThrow(reason);
  });

  it('refuses an index, another namespace and what is no XML', async () => {
    const url = `<url>${LOC}</url>`;
    await expect(assertValidSitemap(index(`<sitemap>${LOC}</sitemap>`))).rejects.toThrow(/sitemapindex/);
    await expect(assertValidSitemap(urlset(url).replace('sitemap/0.9', 'sitemap/0.84'))).rejects.toThrow(
      /urlset/,
    );
    await expect(assertValidSitemap(urlset(url).slice(0, -4))).rejects.toThrow();
    await expect(assertValidSitemap('')).rejects.toThrow();
  });
});

describe('assertValidIndex', () => {
  it('accepts sitemaps with and without a date', async () => {
    const dated = `<sitemap>${LOC}<lastmod>2026-01-02T03:04:05Z</lastmod></sitemap>`;
    await expect(assertValidIndex(index(`<sitemap>${LOC}</sitemap>${dated}`))).resolves.toBeUndefined();
  });

  it.each([
    ['no sitemap', ''],
    ['no location', '<sitemap><lastmod>2026-01-02T03:04:05Z</lastmod></sitemap>'],
    ['a date in local time', `<sitemap>${LOC}<lastmod>2026-01-02T03:04:05</lastmod></sitemap>`],
    ['a relative location', '<sitemap><loc>/sitemap-1.xml.gz</loc></sitemap>'],
    ['a URL', `<url>${LOC}</url>`],
  ])('refuses %s', async (_, inner) => {
    await expect(assertValidIndex(index(inner))).rejects.toThrow(/Not valid against siteindex/);
  });

  it('refuses a urlset', async () => {
    await expect(assertValidIndex(urlset(`<url>${LOC}</url>`))).rejects.toThrow(/urlset/);
  });
});
