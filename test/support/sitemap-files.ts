import { Writable } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import type { SitemapEntry } from '../../src/modules/sitemaps/xml/sitemap-entry.js';
import type { SitemapWriterOptions } from '../../src/modules/sitemaps/xml/sitemap-writer.js';

/** Keeps what a sitemap writer writes, by the name it opened. */
export class SitemapFiles {
  readonly #files = new Map<string, { chunks: Buffer[]; finished: boolean }>();

  /** Options that write here; public locations are `https://shop.example/sitemaps/NAME`. */
  options(more: Partial<SitemapWriterOptions> = {}): SitemapWriterOptions {
    return {
      openFile: (name) => this.open(name),
      indexLoc: (name) => `https://shop.example/sitemaps/${name}`,
      ...more,
    };
  }

  open(name: string): Writable {
    const file = { chunks: [] as Buffer[], finished: false };
    if (this.#files.has(name)) throw new Error(`${name} was opened twice`);
    this.#files.set(name, file);
    return new Writable({
      write(chunk: Buffer, _encoding, done) {
        file.chunks.push(chunk);
        done();
      },
      final(done) {
        file.finished = true;
        done();
      },
    });
  }

  get names(): string[] {
    return [...this.#files.keys()];
  }

  /** The gzipped bytes of a finished file. */
  gzipped(name: string): Buffer {
    const file = this.#files.get(name);
    if (!file?.finished) throw new Error(`${name} was not finished`);
    return Buffer.concat(file.chunks);
  }

  xml(name: string): Buffer {
    return gunzipSync(this.gzipped(name));
  }

  /** The page locations of a file as they stand in the XML. */
  locs(name: string): string[] {
    return Array.from(
      this.xml(name)
        .toString()
        .matchAll(/<loc>([^<]*)<\/loc>/g),
      ([, loc]) => loc ?? '',
    );
  }
}

/** `count` entries `https://shop.example/products/N`, N from 1; `more` adds to or replaces parts of each. */
export async function* sitemapEntries(
  count: number,
  more: (n: number) => Partial<SitemapEntry> = () => ({}),
): AsyncGenerator<SitemapEntry> {
  for (let n = 1; n <= count; n += 1) {
    yield await Promise.resolve({
      loc: `https://shop.example/products/${n}`,
      images: [],
      alternates: [],
      ...more(n),
    });
  }
}
