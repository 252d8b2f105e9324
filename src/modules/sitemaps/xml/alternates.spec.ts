import { hreflangOf, localizedPages, pagePath, type ShopLocale } from './alternates.js';

const EN: ShopLocale = { locale: 'en', primary: true };
const DE: ShopLocale = { locale: 'de', primary: false };
const PT: ShopLocale = { locale: 'pt-BR', primary: false, urlPrefix: 'br' };
const images = [{ loc: 'https://cdn.example/a.jpg' }];
const lastmod = new Date('2026-01-02T03:04:05Z');

describe('localizedPages', () => {
  it('gives one entry without alternates to a shop with one language', () => {
    const pages = localizedPages('https://shop.example', [EN]);
    expect(pages({ path: '/products/x', lastmod, images })).toEqual([
      { loc: 'https://shop.example/products/x', lastmod, images, alternates: [] },
    ]);
  });

  it('gives every language version its own entry with the whole set and x-default', () => {
    const entries = localizedPages('https://shop.example/', [DE, EN, PT])({
      path: '/products/x',
      lastmod,
      images,
    });
    const alternates = [
      { hreflang: 'en', href: 'https://shop.example/products/x' },
      { hreflang: 'de', href: 'https://shop.example/de/products/x' },
      { hreflang: 'pt-BR', href: 'https://shop.example/br/products/x' },
      { hreflang: 'x-default', href: 'https://shop.example/products/x' },
    ];
    expect(entries).toEqual([
      { loc: 'https://shop.example/products/x', lastmod, images, alternates },
      { loc: 'https://shop.example/de/products/x', lastmod, images, alternates },
      { loc: 'https://shop.example/br/products/x', lastmod, images, alternates },
    ]);
  });

  it('puts the home page at the bare subfolder', () => {
    const entries = localizedPages('https://shop.example', [EN, DE])({ path: '/', images: [] });
    expect(entries.map(({ loc }) => loc)).toEqual(['https://shop.example/', 'https://shop.example/de']);
  });

  it('keeps the path of the base, and takes a prefix with slashes', () => {
    const entries = localizedPages('https://example.com/shop/', [EN, { ...DE, urlPrefix: '/en-de/' }])({
      path: '/a',
      images: [],
    });
    expect(entries.map(({ loc }) => loc)).toEqual([
      'https://example.com/shop/a',
      'https://example.com/shop/en-de/a',
    ]);
  });

  it.each([
    ['no language', []],
    ['no primary language', [DE]],
    ['two primary languages', [EN, { ...DE, primary: true }]],
    [
      'a language twice',
      [EN, { locale: 'pt-BR', primary: false }, { locale: 'pt_br', primary: false, urlPrefix: 'x' }],
    ],
    ['a prefix twice', [EN, DE, { ...PT, urlPrefix: 'DE' }]],
    ['an empty prefix', [EN, { ...DE, urlPrefix: '/' }]],
    ['no language tag', [EN, { locale: 'not a tag', primary: false }]],
  ])('refuses %s', (_, locales) => {
    expect(() => localizedPages('https://shop.example', locales)).toThrow(RangeError);
  });

  it.each(['shop.example', 'ftp://shop.example', ''])('refuses the base %j', (base) => {
    expect(() => localizedPages(base, [EN])).toThrow(RangeError);
  });
});

describe('hreflangOf', () => {
  it.each([
    ['en', 'en'],
    ['pt-br', 'pt-BR'],
    ['PT_BR', 'pt-BR'],
    ['zh-hant-tw', 'zh-Hant-TW'],
    ['iw', 'he'],
    ['de-CH-1996-u-co-phonebk', 'de-CH'],
    ['es-419', 'es-419'],
  ])('%s becomes %s', (given, wanted) => {
    expect(hreflangOf(given)).toBe(wanted);
  });
});

describe('pagePath', () => {
  it('keeps each segment one segment', () => {
    expect(pagePath('products', 'a/b?c#d%e ü')).toBe('/products/a%2Fb%3Fc%23d%25e%20%C3%BC');
    expect(pagePath('products', '\uD800')).toBe('/products/%EF%BF%BD');
    expect(pagePath()).toBe('/');
  });
});
