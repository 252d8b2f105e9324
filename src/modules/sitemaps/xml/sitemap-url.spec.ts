import fc from 'fast-check';
import { normalizeUrl } from './sitemap-url.js';

const RFC_3986 = /^https?:\/\/[A-Za-z0-9.:[\]-]+(?:[A-Za-z0-9\-._~:/?@!$&'()*+,;=]|%[0-9A-Fa-f]{2})*$/;

describe('normalizeUrl', () => {
  it.each([
    [
      'leaves a plain URL',
      'https://shop.example/products/a-b_c~d.e',
      'https://shop.example/products/a-b_c~d.e',
    ],
    [
      'encodes a Unicode path as UTF-8',
      'https://shop.example/products/größe-日本',
      'https://shop.example/products/gr%C3%B6%C3%9Fe-%E6%97%A5%E6%9C%AC',
    ],
    ['turns an IDN host into punycode', 'https://bücher.example/é', 'https://xn--bcher-kva.example/%C3%A9'],
    ['keeps encoded text encoded once', 'https://shop.example/a%20b%2Fc', 'https://shop.example/a%20b%2Fc'],
    [
      'encodes a lone percent sign',
      'https://shop.example/50%-off?x=100%',
      'https://shop.example/50%25-off?x=100%25',
    ],
    [
      'encodes what RFC 3986 forbids',
      'https://shop.example/a|b[1]{c}^`?q=[x]|{y}^`',
      'https://shop.example/a%7Cb%5B1%5D%7Bc%7D%5E%60?q=%5Bx%5D%7C%7By%7D%5E%60',
    ],
    [
      'encodes quotes and angle brackets',
      'https://shop.example/"<>?"<>',
      'https://shop.example/%22%3C%3E?%22%3C%3E',
    ],
    ['encodes control characters', 'https://shop.example/a\u0001b\u0000c', 'https://shop.example/a%01b%00c'],
    ['replaces a lone surrogate', 'https://shop.example/a\uD800', 'https://shop.example/a%EF%BF%BD'],
    ['drops a fragment', 'https://shop.example/a?b=c#d', 'https://shop.example/a?b=c'],
    ['drops an empty fragment', 'https://shop.example/a#', 'https://shop.example/a'],
    ['gives a bare host its path', 'https://shop.example', 'https://shop.example/'],
    ['keeps port and IPv6', 'http://[::1]:8080/a', 'http://[::1]:8080/a'],
    ['encodes beside IPv6', 'http://[::1]:8080/a|b', 'http://[::1]:8080/a%7Cb'],
  ])('%s', (_, given, wanted) => {
    expect(normalizeUrl(given)).toEqual({ url: wanted });
  });

  it.each([
    '',
    'a',
    '/products/a',
    '//shop.example/a',
    'ftp://shop.example/a',
    'javascript:alert(1)',
    'https://',
    'https://a b.example/',
    'https://user:secret@shop.example/',
    'https://user@shop.example/',
  ])('refuses %j', (given) => {
    expect(normalizeUrl(given)).toEqual({ problem: 'invalid_url' });
  });

  it('takes from 12 to 2 047 characters, counted after encoding', () => {
    const long = 'https://shop.example/'.padEnd(2_047, 'a');
    expect(normalizeUrl(long)).toEqual({ url: long });
    expect(normalizeUrl(`${long}a`)).toEqual({ problem: 'url_too_long' });
    expect(normalizeUrl(`${long.slice(0, -6)}é`)).toEqual({ url: `${long.slice(0, -6)}%C3%A9` });
    expect(normalizeUrl(`${long.slice(0, -5)}é`)).toEqual({ problem: 'url_too_long' });
    expect(normalizeUrl('http://a.bc/')).toEqual({ url: 'http://a.bc/' });
    expect(normalizeUrl('http://a.b/')).toEqual({ problem: 'url_too_short' });
  });

  it('gives RFC 3986 for any text, stays the same when applied again, and decodes to what was meant', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (segment) => {
        const written = normalizeUrl(`https://shop.example/p/${encodeURIComponent(segment)}`);
        expect(written).toEqual({ url: expect.stringMatching(RFC_3986) });
        if ('url' in written && segment !== '.' && segment !== '..') {
          expect(decodeURIComponent(new URL(written.url).pathname.slice(3))).toBe(segment);
        }
        const raw = normalizeUrl(`https://shop.example/p/${segment}`);
        if ('url' in raw) {
          expect(raw.url).toMatch(RFC_3986);
          expect(normalizeUrl(raw.url)).toEqual(raw);
        }
      }),
      { numRuns: 500 },
    );
  });
});
