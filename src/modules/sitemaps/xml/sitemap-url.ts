import { MAX_URL_LENGTH, MIN_URL_LENGTH } from './sitemap-limits.js';

export type UrlProblem = 'invalid_url' | 'url_too_long' | 'url_too_short';
export type NormalizedUrl = { readonly url: string } | { readonly problem: UrlProblem };

const RFC_3986 = /^(?:[A-Za-z0-9\-._~:/?@!$&'()*+,;=]|%[0-9A-Fa-f]{2})*$/;
const LONE_PERCENT = /%(?![0-9A-Fa-f]{2})/g;
const NOT_RFC_3986 = /[^A-Za-z0-9\-._~:/?@!$&'()*+,;=%]/g;

/**
 * The URL as sitemaps.org wants it: absolute http(s), host in punycode (IDNA), path and query percent-encoded by
 * RFC 3986, no fragment. Or why it cannot stand in a sitemap: not such a URL (credentials included), or its length
 * is outside 12 to 2 047 characters, counted before XML escaping. Already encoded text stays as it is.
 */
export function normalizeUrl(text: string): NormalizedUrl {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password)
    return { problem: 'invalid_url' };
  if (url.hash || url.href.endsWith('#')) url.hash = '';
  const { href } = url;
  // WHATWG URLs still allow what RFC 3986 forbids, such as `|`, `{`, `[` and a lone `%`.
  const encoded = RFC_3986.test(href) ? href : url.origin + encode(url.pathname + url.search);
  if (encoded.length > MAX_URL_LENGTH) return { problem: 'url_too_long' };
  if (encoded.length < MIN_URL_LENGTH) return { problem: 'url_too_short' };
  return { url: encoded };
}

function encode(ascii: string): string {
  return ascii
    .replace(LONE_PERCENT, '%25')
    .replace(NOT_RFC_3986, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);
}
