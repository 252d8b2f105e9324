import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { Writable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { SitemapFiles, sitemapEntries } from '../../../../test/support/sitemap-files.js';
import type { SitemapEntry } from './sitemap-entry.js';
import { writeSitemaps, type SitemapProgress } from './sitemap-writer.js';

/** Counts what is read of the entries, and whether the reader closed them. */
function watched(
  entries: AsyncGenerator<SitemapEntry>,
): AsyncGenerator<SitemapEntry> & { seen: { read: number; closed: boolean } } {
  const seen = { read: 0, closed: false };
  async function* run(): AsyncGenerator<SitemapEntry> {
    try {
      for await (const entry of entries) {
        seen.read += 1;
        yield entry;
      }
    } finally {
      seen.closed = true;
    }
  }
  return Object.assign(run(), { seen });
}

/** Unlike the usual repetitive text, random paths hardly compress: little is read ahead of a slow sink. */
const noise = (): Partial<SitemapEntry> => ({
  loc: `https://shop.example/${Array.from({ length: 40 }, () => Math.random().toString(36).slice(2)).join('')}`,
});

const compress = promisify(gzip);

class Failure extends Error {}

describe('writeSitemaps: back-pressure', () => {
  it('reads no further than a stalled sink has room, and goes on when it drains', async () => {
    const entries = watched(sitemapEntries(20_000, noise));
    const waiting: (() => void)[] = [];
    let open = false;
    const sink = new Writable({
      write(_chunk, _encoding, done) {
        if (open) done();
        else waiting.push(done);
      },
    });
    const writing = writeSitemaps(entries, { openFile: () => sink, indexLoc: (name) => name });
    let before = -1;
    // At rest: nothing was read while the thread pool did far more work than one chunk of ours asks of it.
    for (let quiet = 0; quiet < 20; quiet += 1) {
      if (entries.seen.read !== before || waiting.length === 0) quiet = 0;
      before = entries.seen.read;
      await compress(randomBytes(65_536));
    }
    expect(waiting.length).toBe(1);
    expect(entries.seen.read).toBeLessThan(2_000);
    open = true;
    waiting[0]!();
    await expect(writing).resolves.toMatchObject({ urls: 20_000 });
    expect(entries.seen.read).toBe(20_000);
  });

  it('opens a file only after the one before has finished', async () => {
    const log: string[] = [];
    await writeSitemaps(sitemapEntries(3), {
      openFile: (name) => {
        log.push(`open ${name}`);
        return new Writable({
          write: (_chunk, _encoding, done) => {
            done();
          },
          final: (done) => {
            log.push(`end ${name}`);
            done();
          },
        });
      },
      indexLoc: (name) => `https://shop.example/${name}`,
      maxUrls: 2,
    });
    const names = ['sitemap-1.xml', 'sitemap-2.xml', 'sitemap.xml'];
    expect(log).toEqual(names.flatMap((name) => [`open ${name}`, `end ${name}`]));
  });
});

describe('writeSitemaps: failures', () => {
  const failing = (): Writable =>
    new Writable({
      write: (_chunk, _encoding, done) => {
        done(new Failure('disk full'));
      },
    });

  it.each([
    ['the first file', 'sitemap-1.xml'],
    ['a later file', 'sitemap-2.xml'],
    ['the index', 'sitemap.xml'],
  ])('passes on the error of %s, destroys that sink and closes the source', async (_, name) => {
    const files = new SitemapFiles();
    const bad = failing();
    const entries = watched(sitemapEntries(25, noise));
    const openFile = (opened: string): Writable => (opened === name ? bad : files.open(opened));
    await expect(writeSitemaps(entries, files.options({ openFile, maxUrls: 10 }))).rejects.toThrow(Failure);
    expect(bad.destroyed).toBe(true);
    expect(entries.seen.closed).toBe(true);
    if (name === 'sitemap-2.xml') expect(files.locs('sitemap-1.xml').length).toBe(10);
  });

  it('passes on the error of a file that cannot be opened', async () => {
    const entries = watched(sitemapEntries(5));
    const openFile = (): Promise<Writable> => Promise.reject(new Failure('no room'));
    await expect(writeSitemaps(entries, new SitemapFiles().options({ openFile }))).rejects.toThrow('no room');
    expect(entries.seen.closed).toBe(true);
  });

  it('passes on the error of the source and leaves no finished file', async () => {
    const files = new SitemapFiles();
    let sink: Writable | undefined;
    const entries = sitemapEntries(10, (n) => {
      if (n === 5) throw new Failure('cursor lost');
      return {};
    });
    const openFile = (name: string): Writable => (sink = files.open(name));
    await expect(writeSitemaps(entries, files.options({ openFile }))).rejects.toThrow('cursor lost');
    expect(sink?.destroyed).toBe(true);
    expect(() => files.xml('sitemap-1.xml')).toThrow('was not finished');
  });

  it('reports the first failure when closing the source fails too', async () => {
    const entries: AsyncIterable<SitemapEntry> = {
      [Symbol.asyncIterator]: () => ({
        next: () =>
          Promise.resolve({
            done: false,
            value: { loc: 'https://shop.example/', images: [], alternates: [] },
          }),
        return: () => Promise.reject(new Error('cannot close')),
      }),
    };
    const options = new SitemapFiles().options({ openFile: failing, maxUrls: 1 });
    await expect(writeSitemaps(entries, options)).rejects.toThrow('disk full');
  });

  it('stops on the signal with its reason', async () => {
    const stop = new AbortController();
    const entries = watched(
      sitemapEntries(1e6, (n) => {
        if (n === 1_000) stop.abort(new Failure('cancelled'));
        return noise();
      }),
    );
    const sink = new Writable({
      write: (_chunk, _encoding, done) => {
        done();
      },
    });
    const writing = writeSitemaps(entries, {
      openFile: () => sink,
      indexLoc: (name) => name,
      signal: stop.signal,
    });
    await expect(writing).rejects.toThrow('cancelled');
    if (!sink.closed) await once(sink, 'close');
    expect(entries.seen.closed).toBe(true);
    expect(entries.seen.read).toBeLessThan(2_000);
  });
});

describe('writeSitemaps: progress', () => {
  it('counts up to the end and waits for the one who listens', async () => {
    const told: SitemapProgress[] = [];
    let busy = false;
    const onProgress = async (progress: SitemapProgress): Promise<void> => {
      expect(busy).toBe(false);
      busy = true;
      await turn();
      busy = false;
      told.push(progress);
    };
    const entries = sitemapEntries(3_000, () => ({ images: [{ loc: 'https://cdn.example/a.jpg' }] }));
    await writeSitemaps(entries, new SitemapFiles().options({ onProgress, maxUrls: 2_000 }));
    expect(told.length).toBeGreaterThan(3);
    expect(told.at(-1)).toEqual({ urls: 3_000, images: 3_000, files: 2 });
    expect(told.map(({ urls }) => urls)).toEqual(told.map(({ urls }) => urls).toSorted((a, b) => a - b));
  });

  it('fails with the listener', async () => {
    const onProgress = (): Promise<void> => Promise.reject(new Failure('lease lost'));
    await expect(
      writeSitemaps(sitemapEntries(1), new SitemapFiles().options({ onProgress })),
    ).rejects.toThrow(Failure);
  });
});
