import type { UrlProblem } from './sitemap-url.js';

export type SkippedPart = 'url' | 'image' | 'alternate' | 'lastmod';
export type SkipReason =
  UrlProblem | 'entry_too_large' | 'too_many_images' | 'invalid_hreflang' | 'invalid_date';

/** Parts of the input left out for one reason: how many, and the first few of them. */
export interface Skipped {
  part: SkippedPart;
  reason: SkipReason;
  count: number;
  /** At most 5, each cut to 200 characters. */
  examples: string[];
}

const MAX_EXAMPLES = 5;
const MAX_EXAMPLE_LENGTH = 200;

/** Counts what was left out, so that nothing is dropped silently; memory stays fixed whatever the count. */
export class SkipLog {
  readonly #found = new Map<string, Skipped>();

  add(part: SkippedPart, reason: SkipReason, example: string): void {
    const key = `${part} ${reason}`;
    let skipped = this.#found.get(key);
    if (!skipped) this.#found.set(key, (skipped = { part, reason, count: 0, examples: [] }));
    skipped.count += 1;
    if (skipped.examples.length < MAX_EXAMPLES) skipped.examples.push(example.slice(0, MAX_EXAMPLE_LENGTH));
  }

  list(): Skipped[] {
    return [...this.#found.values()];
  }

  /** How many whole entries were left out. */
  get urls(): number {
    return this.list().reduce((sum, { part, count }) => (part === 'url' ? sum + count : sum), 0);
  }
}
