import type { ExtraColumn } from '../../product.js';
import { parseImageUrl, parsePosition } from './cells.js';
import { headerKey } from '../../../../platform/csv/header.js';
import type { CsvImage, CsvVariant } from './csv-product.js';
import { defined } from './defined.js';
import { MAX_IMAGES } from './limits.js';
import type { Report, Row } from './row.js';

/**
 * The images of one product. Image Position orders them; those without one follow in file order, and those only
 * variants name come last. An address named again is the same image: its first position and alt text count.
 */
export class ImageRows {
  private readonly images = new Map<string, CsvImage & { position: number }>();

  constructor(private readonly report: Report) {}

  /** `extra`: what the row holds for the image; empty where the row has a variant to hold it. */
  add(row: Row, extra: ExtraColumn[]): void {
    const position = row.value('imagePosition', parsePosition) ?? Infinity;
    const altText = row.text('imageAltText');
    const src = row.value('imageSrc', parseImageUrl);
    if (src === undefined) {
      this.withoutSrc(row);
      return;
    }
    const known = this.images.get(src);
    if (known === undefined) {
      this.images.set(src, { src, ...defined({ altText }), extra, position });
      if (this.images.size === MAX_IMAGES + 1) {
        this.report(row.line, 'too_many_images', `more than ${MAX_IMAGES} images`);
      }
      return;
    }
    if (known.altText === '' && altText !== undefined) known.altText = altText;
    for (const one of extra) {
      if (known.extra.some((other) => headerKey(other.column) === headerKey(one.column))) {
        row.fail('imageSrc', 'duplicate_image', `the image has two rows with a value for "${one.column}"`);
      } else known.extra.push(one);
    }
  }

  /** `line` is where an excess of images is reported. */
  inOrder(variants: readonly CsvVariant[], line: number): CsvImage[] {
    const told = this.images.size;
    for (const { imageSrc } of variants) {
      if (imageSrc === undefined || imageSrc === null || this.images.has(imageSrc)) continue;
      this.images.set(imageSrc, { src: imageSrc, altText: '', extra: [], position: Infinity });
    }
    if (told <= MAX_IMAGES && this.images.size > MAX_IMAGES) {
      this.report(line, 'too_many_images', `more than ${MAX_IMAGES} images, those of variants included`);
    }
    return [...this.images.values()]
      .sort((a, b) => (a.position === b.position ? 0 : a.position - b.position))
      .map(({ position: _, ...image }) => image);
  }

  private withoutSrc(row: Row): void {
    const told = row.cell('imageSrc');
    if (told === undefined || told.trim() !== '') return;
    if ((row.cell('imageAltText') ?? '') === '' && (row.cell('imagePosition') ?? '').trim() === '') return;
    row.fail('imageSrc', 'missing_image', 'the row has a position or alt text of an image but no image');
  }
}
