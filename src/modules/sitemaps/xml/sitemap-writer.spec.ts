import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { parseSitemap } from 'sitemap';
import { SitemapFiles, sitemapEntries } from '../../../../test/support/sitemap-files.js';
import { assertValidIndex, assertValidSitemap } from '../../../../test/support/sitemap-schemas.js';
import { localizedPages, pagePath } from './alternates.js';
import type { SitemapEntry } from './sitemap-entry.js';
import { EmptySitemapError } from './sitemap-errors.js';
import { writeSitemaps } from './sitemap-writer.js';

async function write(
  entries: AsyncIterable<SitemapEntry>,
): Promise<{ xml: string; result: Awaited<ReturnType<typeof writeSitemaps>> }> {
  const files = new SitemapFiles();
  const result = await writeSitemaps(entries, files.options());
  expect(files.names).toEqual(['sitemap-1.xml']);
  return { xml: files.xml('sitemap-1.xml').toString(), result };
}

describe('writeSitemaps: a lone sitemap', () => {
  it('writes pages, dates, images and alternates by the schemas', async () => {
    const entry = {
      loc: "https://bücher.example/produkte/größe?a=1&b='2'",
      lastmod: new Date('2026-01-02T03:04:05.999+02:00'),
      images: [{ loc: 'https://cdn.example/a b.jpg?v=1&w=2' }],
      alternates: [{ hreflang: 'x-default', href: 'https://bücher.example/?a=1&b=2' }],
    };
    const { xml } = await write(Readable.from([entry]));
    await assertValidSitemap(xml);
    expect(xml).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n' +
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"' +
        ' xmlns:image="http://www.google.com/schemas/sitemap-image/1.1" xmlns:xhtml="http://www.w3.org/1999/xhtml">\n' +
        '<url><loc>https://xn--bcher-kva.example/produkte/gr%C3%B6%C3%9Fe?a=1&amp;b=%272%27</loc>' +
        '<lastmod>2026-01-02T01:04:05Z</lastmod>' +
        '<xhtml:link rel="alternate" hreflang="x-default" href="https://xn--bcher-kva.example/?a=1&amp;b=2"/>' +
        '<image:image><image:loc>https://cdn.example/a%20b.jpg?v=1&amp;w=2</image:loc></image:image></url>\n' +
        '</urlset>\n',
    );
  });

  it('tells what it wrote, under the name to serve it', async () => {
    const files = new SitemapFiles();
    const dates = ['2026-01-02', '2026-03-04', '2026-02-03'].map((day) => new Date(day));
    const entries = sitemapEntries(4, (n) => ({
      ...(dates[n - 1] ? { lastmod: dates[n - 1]! } : {}),
      images: [{ loc: `https://cdn.example/${n}.jpg` }],
    }));
    const result = await writeSitemaps(entries, files.options());
    const xml = files.xml('sitemap-1.xml');
    expect(result).toEqual({
      files: [
        {
          name: 'sitemap.xml',
          openedAs: 'sitemap-1.xml',
          kind: 'urlset',
          urls: 4,
          images: 4,
          bytes: xml.length,
          gzipBytes: files.gzipped('sitemap-1.xml').length,
          sha256: createHash('sha256').update(xml).digest('hex'),
          lastmod: dates[1],
        },
      ],
      urls: 4,
      images: 4,
      skipped: [],
    });
  });

  it('writes the same bytes for the same entries', async () => {
    const [a, b] = await Promise.all([write(sitemapEntries(100)), write(sitemapEntries(100))]);
    expect(a.result).toEqual(b.result);
  });

  it('refuses to write nothing, and opens no file', async () => {
    const files = new SitemapFiles();
    await expect(writeSitemaps(sitemapEntries(0), files.options())).rejects.toThrow(EmptySitemapError);
    const unfit = sitemapEntries(2, () => ({ loc: '/relative' }));
    await expect(writeSitemaps(unfit, files.options())).rejects.toThrow('all 2 given were unfit');
    expect(files.names).toEqual([]);
  });

  it('counts everything it leaves out, with its reason', async () => {
    const long = 'https://shop.example/'.padEnd(2_048, 'a');
    const unfit: Partial<SitemapEntry>[] = [
      { loc: long },
      { loc: 'nowhere' },
      { loc: `${long}a` },
      { images: [{ loc: 'data:image/png;base64,AA' }, { loc: 'https://cdn.example/a.jpg' }] },
      { images: Array.from({ length: 1_002 }, (_, i) => ({ loc: `https://cdn.example/${i}.jpg` })) },
      {
        alternates: [
          { hreflang: 'pt_BR', href: 'https://shop.example/pt' },
          { hreflang: 'de', href: '/de' },
        ],
      },
      { lastmod: new Date(Number.NaN) },
      { lastmod: new Date(8.64e15) },
    ];
    const { xml, result } = await write(sitemapEntries(unfit.length, (n) => unfit[n - 1] ?? {}));
    await assertValidSitemap(xml);
    expect(result).toMatchObject({ urls: 5, images: 1_001 });
    expect(result.skipped).toEqual([
      { part: 'url', reason: 'url_too_long', count: 2, examples: [long.slice(0, 200), long.slice(0, 200)] },
      { part: 'url', reason: 'invalid_url', count: 1, examples: ['nowhere'] },
      { part: 'image', reason: 'invalid_url', count: 1, examples: ['data:image/png;base64,AA'] },
      {
        part: 'image',
        reason: 'too_many_images',
        count: 2,
        examples: ['https://cdn.example/1000.jpg', 'https://cdn.example/1001.jpg'],
      },
      {
        part: 'alternate',
        reason: 'invalid_hreflang',
        count: 1,
        examples: ['pt_BR https://shop.example/pt'],
      },
      { part: 'alternate', reason: 'invalid_url', count: 1, examples: ['de /de'] },
      {
        part: 'lastmod',
        reason: 'invalid_date',
        count: 2,
        examples: ['https://shop.example/products/7', 'https://shop.example/products/8'],
      },
    ]);
  });

  it('is valid and reads back the same for any handles', async () => {
    const pages = localizedPages('https://bücher.example', [
      { locale: 'de', primary: true },
      { locale: 'pt-BR', primary: false },
    ]);
    const handle = fc
      .string({ unit: 'binary', minLength: 1, maxLength: 40 })
      .filter((text) => !/^\.{1,2}$/.test(text));
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(handle, { minLength: 1, maxLength: 60 }), async (handles) => {
        const entries = handles.flatMap((text) =>
          pages({
            path: pagePath('products', text),
            images: [{ loc: `https://cdn.example${pagePath(text)}` }],
          }),
        );
        const { xml, result } = await write(Readable.from(entries));
        await assertValidSitemap(xml);
        const read = await parseSitemap(Readable.from([xml]));
        const own = read.filter((_, i) => i % 2 === 0);
        expect(
          own.map(({ url }) => decodeURIComponent(new URL(url).pathname.slice('/products/'.length))),
        ).toEqual(handles);
        expect(own.map(({ img }) => decodeURIComponent(new URL(img[0]!.url).pathname.slice(1)))).toEqual(
          handles,
        );
        expect(read.every(({ links }) => links.map(({ lang }) => lang).join() === 'de,pt-BR,x-default')).toBe(
          true,
        );
        expect(result).toMatchObject({ urls: entries.length, skipped: [] });
      }),
      { numRuns: 8 },
    );
  });
});

describe('writeSitemaps: several sitemaps', () => {
  it('adds an index with the latest date of each part', async () => {
    const files = new SitemapFiles();
    const dates: Record<number, string> = { 1: '2026-05-01', 2: '2026-04-01', 3: '2026-01-01' };
    const entries = sitemapEntries(5, (n) => (dates[n] ? { lastmod: new Date(dates[n]) } : {}));
    const result = await writeSitemaps(entries, files.options({ maxUrls: 2 }));
    expect(files.names).toEqual(['sitemap-1.xml', 'sitemap-2.xml', 'sitemap-3.xml', 'sitemap.xml']);
    const index = files.xml('sitemap.xml').toString();
    await assertValidIndex(index);
    expect(index).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n' +
        '<sitemap><loc>https://shop.example/sitemaps/sitemap-1.xml</loc><lastmod>2026-05-01T00:00:00Z</lastmod></sitemap>\n' +
        '<sitemap><loc>https://shop.example/sitemaps/sitemap-2.xml</loc><lastmod>2026-01-01T00:00:00Z</lastmod></sitemap>\n' +
        '<sitemap><loc>https://shop.example/sitemaps/sitemap-3.xml</loc></sitemap>\n' +
        '</sitemapindex>\n',
    );
    expect(result.files.map(({ name, openedAs, kind, urls }) => [name, openedAs, kind, urls])).toEqual([
      ['sitemap-1.xml', 'sitemap-1.xml', 'urlset', 2],
      ['sitemap-2.xml', 'sitemap-2.xml', 'urlset', 2],
      ['sitemap-3.xml', 'sitemap-3.xml', 'urlset', 1],
      ['sitemap.xml', 'sitemap.xml', 'index', 0],
    ]);
    expect(result.files.at(-1)).toMatchObject({ bytes: index.length, lastmod: new Date('2026-05-01') });
  });

  it('refuses an index location that is no URL', async () => {
    const options = new SitemapFiles().options({ maxUrls: 1, indexLoc: (name) => `/sitemaps/${name}` });
    await expect(writeSitemaps(sitemapEntries(2), options)).rejects.toThrow(TypeError);
  });
});
