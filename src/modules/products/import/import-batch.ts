import type { CsvProduct } from './csv/csv-product.js';

export interface BatchItem {
  line: number;
  product: CsvProduct;
}

/** Products that are written together, one a handle. */
export class ImportBatch {
  private readonly items = new Map<string, BatchItem>();

  get size(): number {
    return this.items.size;
  }

  add(line: number, product: CsvProduct): void {
    this.items.set(product.handle, { line, product });
  }

  all(): BatchItem[] {
    return [...this.items.values()];
  }
}
