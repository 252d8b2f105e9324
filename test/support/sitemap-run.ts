import type { Answer } from './client.js';
import type { TestShop } from './app.js';

/** Generates a shop's sitemap and gives the job as it ended. */
export async function generateSitemap({ shop, api }: TestShop): Promise<Answer['body']> {
  const { status, body, text } = await api.post(`/api/shops/${shop}/sitemaps`);
  if (status !== 202) throw new Error(`${status} ${text}`);
  return api.job(body.jobId);
}

/** A `<url>` of a sitemap. */
export interface SitemapUrl {
  loc: string;
  lastmod: string | undefined;
  images: string[];
  /** Language to address. */
  alternates: Record<string, string>;
}

/** The pages of a urlset, XML entities resolved. */
export function urlsOf(xml: string): SitemapUrl[] {
  return Array.from(xml.matchAll(/<url>(.*?)<\/url>/gs), ([, url = '']) => ({
    loc: texts(url, 'loc')[0] ?? '',
    lastmod: texts(url, 'lastmod')[0],
    images: texts(url, 'image:loc'),
    alternates: Object.fromEntries(
      Array.from(url.matchAll(/hreflang="([^"]*)" href="([^"]*)"/g), ([, language = '', href = '']) => [
        language,
        unescaped(href),
      ]),
    ),
  }));
}

/** The text of every such element. */
export function texts(xml: string, element: string): string[] {
  return Array.from(xml.matchAll(new RegExp(`<${element}>([^<]*)</${element}>`, 'g')), ([, text = '']) =>
    unescaped(text),
  );
}

const ENTITIES: Record<string, string> = {
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&apos;': "'",
  '&amp;': '&',
};
const unescaped = (text: string): string => text.replace(/&\w+;/g, (entity) => ENTITIES[entity] ?? entity);
