import { renderEntry, type RenderedEntry } from './entry-renderer.js';
import type { SitemapEntry } from './sitemap-entry.js';
import { SkipLog } from './skip-log.js';

/** The entries as XML, one at a time, with one entry of look-ahead: the one that opens the next file. */
export class RenderedEntries {
  readonly skips = new SkipLog();
  readonly #source: AsyncIterator<SitemapEntry>;
  readonly #maxEntryBytes: number;
  readonly #signal: AbortSignal | undefined;
  #next: RenderedEntry | undefined;

  constructor(entries: AsyncIterable<SitemapEntry>, maxEntryBytes: number, signal?: AbortSignal) {
    this.#source = entries[Symbol.asyncIterator]();
    this.#maxEntryBytes = maxEntryBytes;
    this.#signal = signal;
  }

  /** The next fit entry without taking it; undefined at the end. */
  async peek(): Promise<RenderedEntry | undefined> {
    while (!this.#next) {
      this.#signal?.throwIfAborted();
      const result = await this.#source.next();
      if (result.done) return undefined;
      this.#next = renderEntry(result.value, this.#maxEntryBytes, this.skips);
    }
    return this.#next;
  }

  /** Takes what `peek` showed. */
  take(): void {
    this.#next = undefined;
  }

  /** Lets the source free what it holds (a database cursor), also when it was not read to its end. */
  async close(): Promise<void> {
    await this.#source.return?.();
  }
}
