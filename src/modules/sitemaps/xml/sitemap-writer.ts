import type { Writable } from 'node:stream';
import { writeGzipFile, type WrittenFile } from './gzip-file.js';
import { RenderedEntries } from './rendered-entries.js';
import type { SitemapEntry } from './sitemap-entry.js';
import { EmptySitemapError, SitemapLimitError } from './sitemap-errors.js';
import { indexChunks } from './sitemap-index.js';
import { MAX_BYTES_PER_SITEMAP, MAX_SITEMAPS_PER_INDEX, MAX_URLS_PER_SITEMAP } from './sitemap-limits.js';
import { URLSET_CLOSE, URLSET_OPEN } from './sitemap-xml.js';
import type { Skipped } from './skip-log.js';

/** The name under which crawlers ask first: the only urlset, or the index of several. */
export const ROOT_NAME = 'sitemap.xml';
/** Name of the n-th part, from 1. */
export const partName = (n: number): string => `sitemap-${n}.xml`;

export interface SitemapProgress {
  urls: number;
  images: number;
  /** Parts begun. */
  files: number;
}

export interface SitemapWriterOptions {
  /** Gives the place for a file's gzipped bytes. Called when the file before it has been finished. */
  openFile(name: string): Writable | Promise<Writable>;
  /** Public URL of a part, for the index. */
  indexLoc(name: string): string;
  /** URLs in one file; never above 50 000. */
  maxUrls?: number;
  /** Uncompressed bytes of one file, header and closing tag included; never above 52 428 800. */
  maxBytes?: number;
  /** Parts in the index; never above 50 000. */
  maxSitemaps?: number;
  /** Called after every 64 KiB of XML and awaited. */
  onProgress?: (progress: SitemapProgress) => void | Promise<void>;
  signal?: AbortSignal;
}

export interface SitemapFile extends WrittenFile {
  /** Name to serve the file under. */
  name: string;
  /** Name it was opened with; differs from `name` only for a lone part, opened as `sitemap-1.xml`. */
  openedAs: string;
  kind: 'urlset' | 'index';
  /** `<url>` elements; 0 for an index. */
  urls: number;
  images: number;
  /** Latest `lastmod` inside, undefined when no entry has one. */
  lastmod: Date | undefined;
}

export interface SitemapResult {
  /** Parts in order, then the index if there are several. Exactly one is named `sitemap.xml`. */
  files: SitemapFile[];
  urls: number;
  images: number;
  skipped: Skipped[];
}

type Tally = Pick<SitemapFile, 'urls' | 'images' | 'lastmod'>;
const CHUNK_LENGTH = 65_536;
const FRAME_BYTES = Buffer.byteLength(URLSET_OPEN) + Buffer.byteLength(URLSET_CLOSE);

/**
 * Writes the entries as gzipped sitemaps (sitemaps.org 0.9), one file at a time, and an index when they need more
 * than one. Holds some 64 KiB of XML at a time and reads an entry only when the sink has taken those before it.
 * Parts are opened as `sitemap-1.xml`, `sitemap-2.xml` …, since only the end tells how many there are; a lone part
 * comes back named `sitemap.xml`, several get an index of that name.
 * Throws EmptySitemapError without opening a file when no entry is fit, SitemapLimitError past 50 000 parts, and
 * whatever the source or a sink throws; in every case the source is closed and the open sink destroyed.
 */
export async function writeSitemaps(
  entries: AsyncIterable<SitemapEntry>,
  options: SitemapWriterOptions,
): Promise<SitemapResult> {
  const maxBytes = Math.min(options.maxBytes ?? MAX_BYTES_PER_SITEMAP, MAX_BYTES_PER_SITEMAP);
  const maxSitemaps = Math.min(options.maxSitemaps ?? MAX_SITEMAPS_PER_INDEX, MAX_SITEMAPS_PER_INDEX);
  const source = new RenderedEntries(entries, maxBytes - FRAME_BYTES, options.signal);
  const total: SitemapProgress = { urls: 0, images: 0, files: 0 };
  const files: SitemapFile[] = [];
  try {
    while (await source.peek()) {
      if (files.length === maxSitemaps)
        throw new SitemapLimitError(`An index holds ${maxSitemaps} sitemaps, and there is more to write.`);
      const name = partName(++total.files);
      const tally: Tally = { urls: 0, images: 0, lastmod: undefined };
      const chunks = partChunks(source, { ...options, maxBytes }, tally, total);
      const written = await writeGzipFile(chunks, await options.openFile(name), options.signal);
      files.push({ name, openedAs: name, kind: 'urlset', ...tally, ...written });
    }
    const [only] = files;
    if (!only) throw new EmptySitemapError(source.skips.urls);
    if (files.length === 1) only.name = ROOT_NAME;
    else files.push(await writeIndex(files, options));
    return { files, urls: total.urls, images: total.images, skipped: source.skips.list() };
  } catch (error) {
    // Read to its end it needs no closing; otherwise the first failure is the one to report.
    await source.close().catch(() => undefined);
    throw error;
  }
}

async function* partChunks(
  source: RenderedEntries,
  options: SitemapWriterOptions & { maxBytes: number },
  tally: Tally,
  total: SitemapProgress,
): AsyncGenerator<Buffer> {
  const maxUrls = Math.min(options.maxUrls ?? MAX_URLS_PER_SITEMAP, MAX_URLS_PER_SITEMAP);
  let text = URLSET_OPEN;
  let bytes = FRAME_BYTES;
  while (tally.urls < maxUrls) {
    const entry = await source.peek();
    if (!entry || bytes + entry.bytes > options.maxBytes) break;
    source.take();
    bytes += entry.bytes;
    text += entry.xml;
    tally.urls += 1;
    total.urls += 1;
    tally.images += entry.images;
    total.images += entry.images;
    if (entry.lastmod && !(tally.lastmod && tally.lastmod >= entry.lastmod)) tally.lastmod = entry.lastmod;
    if (text.length < CHUNK_LENGTH) continue;
    yield Buffer.from(text);
    text = '';
    await options.onProgress?.({ ...total });
  }
  yield Buffer.from(text + URLSET_CLOSE);
  await options.onProgress?.({ ...total });
}

async function writeIndex(
  parts: readonly SitemapFile[],
  options: SitemapWriterOptions,
): Promise<SitemapFile> {
  const chunks = indexChunks(parts.map(({ name, lastmod }) => ({ loc: options.indexLoc(name), lastmod })));
  const written = await writeGzipFile(chunks, await options.openFile(ROOT_NAME), options.signal);
  const dates = parts.flatMap(({ lastmod }) => (lastmod ? [lastmod] : []));
  const lastmod = dates.reduce<Date | undefined>((max, date) => (max && max >= date ? max : date), undefined);
  return { name: ROOT_NAME, openedAs: ROOT_NAME, kind: 'index', urls: 0, images: 0, lastmod, ...written };
}
