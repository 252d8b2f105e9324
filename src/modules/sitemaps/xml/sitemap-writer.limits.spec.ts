import fc from 'fast-check';
import { SitemapFiles, sitemapEntries } from '../../../../test/support/sitemap-files.js';
import { assertValidIndex, assertValidSitemap } from '../../../../test/support/sitemap-schemas.js';
import type { SitemapEntry } from './sitemap-entry.js';
import { SitemapLimitError } from './sitemap-errors.js';
import { writeSitemaps } from './sitemap-writer.js';

const urlsOf = (result: Awaited<ReturnType<typeof writeSitemaps>>): number[] =>
  result.files.filter(({ kind }) => kind === 'urlset').map(({ urls }) => urls);

describe('writeSitemaps: the limit of 50 000 URLs', () => {
  it.each([
    [49_999, [49_999]],
    [50_000, [50_000]],
    [50_001, [50_000, 1]],
    [100_001, [50_000, 50_000, 1]],
  ])('%i URLs', async (count, wanted) => {
    const files = new SitemapFiles();
    const result = await writeSitemaps(sitemapEntries(count), files.options());
    expect(urlsOf(result)).toEqual(wanted);
    expect(result.files.map(({ name }) => name)).toEqual(
      wanted.length === 1
        ? ['sitemap.xml']
        : [...wanted.map((_, i) => `sitemap-${i + 1}.xml`), 'sitemap.xml'],
    );
    const parts = result.files.filter(({ kind }) => kind === 'urlset').map(({ openedAs }) => openedAs);
    const locs = parts.flatMap((name) => files.locs(name));
    expect(locs.length).toBe(count);
    expect(locs.every((loc, i) => loc === `https://shop.example/products/${i + 1}`)).toBe(true);
    for (const name of parts) await assertValidSitemap(files.xml(name));
    if (wanted.length > 1) await assertValidIndex(files.xml('sitemap.xml'));
  });

  it('cannot be raised', async () => {
    const options = new SitemapFiles().options({ maxUrls: 60_000, maxBytes: 1e9 });
    expect(urlsOf(await writeSitemaps(sitemapEntries(50_001), options))).toEqual([50_000, 1]);
  });
});

describe('writeSitemaps: the limit of bytes', () => {
  const entry = (n: number): Partial<SitemapEntry> => ({
    images: [{ loc: `https://cdn.example/größe/${n}&.jpg` }],
  });
  const bytesOf = async (count: number): Promise<number> => {
    const result = await writeSitemaps(sitemapEntries(count, entry), new SitemapFiles().options());
    return result.files[0]!.bytes;
  };

  it('splits at the exact byte, header and closing tag counted', async () => {
    const three = await bytesOf(3);
    for (const [maxBytes, wanted] of [
      [three + 1, [3, 3, 1]],
      [three, [3, 3, 1]],
      [three - 1, [2, 2, 2, 1]],
    ] as const) {
      const files = new SitemapFiles();
      const result = await writeSitemaps(sitemapEntries(7, entry), files.options({ maxBytes }));
      expect(urlsOf(result)).toEqual(wanted);
      for (const { openedAs, kind, bytes } of result.files) {
        if (kind === 'index') continue;
        expect(bytes).toBeLessThanOrEqual(maxBytes);
        expect(files.xml(openedAs).length).toBe(bytes);
        await assertValidSitemap(files.xml(openedAs));
      }
      await assertValidIndex(files.xml('sitemap.xml'));
    }
  });

  it('leaves out the entry that fits no file, and writes the one that just fits', async () => {
    const one = await bytesOf(1);
    const big = (n: number): Partial<SitemapEntry> =>
      n === 2 ? { loc: 'https://shop.example/products/22' } : {};
    const entries = (): AsyncGenerator<SitemapEntry> =>
      sitemapEntries(3, (n) => ({ ...entry(n), ...big(n) }));
    const result = await writeSitemaps(entries(), new SitemapFiles().options({ maxBytes: one }));
    expect(urlsOf(result)).toEqual([1, 1]);
    expect(result.skipped).toEqual([
      { part: 'url', reason: 'entry_too_large', count: 1, examples: ['https://shop.example/products/22'] },
    ]);
    const roomier = await writeSitemaps(entries(), new SitemapFiles().options({ maxBytes: one + 1 }));
    expect(urlsOf(roomier)).toEqual([1, 1, 1]);
  });

  it('splits at 52 428 800 bytes when entries are large', async () => {
    const images = Array.from({ length: 1_000 }, (_, i) => ({
      loc: `https://cdn.example/${i}`.padEnd(2_000, 'x'),
    }));
    const files = new SitemapFiles();
    const result = await writeSitemaps(
      sitemapEntries(30, () => ({ images })),
      files.options(),
    );
    expect(urlsOf(result)).toEqual([25, 5]);
    expect(result.files[0]!.bytes).toBeLessThanOrEqual(52_428_800);
    expect(result.files[0]!.bytes + result.files[1]!.bytes / 5).toBeGreaterThan(52_428_800);
  });

  it('puts every entry into exactly one file, in order, whatever the limits', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 300 }), { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 900, max: 4_000 }),
        async (lengths, maxUrls, maxBytes) => {
          const files = new SitemapFiles();
          const page = (n: number): string => `https://shop.example/${n}/${'y'.repeat(lengths[n - 1] ?? 0)}`;
          const entries = sitemapEntries(lengths.length, (n) => ({ loc: page(n) }));
          const result = await writeSitemaps(entries, files.options({ maxUrls, maxBytes }));
          const parts = result.files.filter(({ kind }) => kind === 'urlset');
          expect(parts.flatMap(({ openedAs }) => files.locs(openedAs))).toEqual(
            lengths.map((_, i) => page(i + 1)),
          );
          expect(parts.every(({ urls, bytes }) => urls >= 1 && urls <= maxUrls && bytes <= maxBytes)).toBe(
            true,
          );
          expect(result.urls).toBe(lengths.length);
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe('writeSitemaps: the limit of an index', () => {
  it('fills it and refuses one sitemap more', async () => {
    const full = await writeSitemaps(
      sitemapEntries(3),
      new SitemapFiles().options({ maxUrls: 1, maxSitemaps: 3 }),
    );
    expect(full.files.length).toBe(4);
    const files = new SitemapFiles();
    const over = writeSitemaps(sitemapEntries(4), files.options({ maxUrls: 1, maxSitemaps: 3 }));
    await expect(over).rejects.toThrow(SitemapLimitError);
    expect(files.names).toEqual(['sitemap-1.xml', 'sitemap-2.xml', 'sitemap-3.xml']);
  });
});
