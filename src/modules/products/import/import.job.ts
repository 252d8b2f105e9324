import type { ShopDomain } from '../../../kernel/shop-domain.js';
import { defineJob } from '../../../platform/queue/job.js';

export interface ImportPayload {
  shop: ShopDomain;
  /** The uploaded CSV in the file store. */
  fileId: string;
}

/** One row that did not land, and why. */
export interface ImportProblem {
  line: number;
  column?: string;
  handle?: string;
  code: string;
  message: string;
}

export interface ImportResult {
  created: number;
  updated: number;
  unchanged: number;
  /** Rows reported; the first thousand are in `errors`. */
  failed: number;
  errors: ImportProblem[];
}

/** Reads an uploaded product CSV into the shop's catalogue. */
export const importProducts = defineJob<ImportPayload, ImportResult>('product.import', 'product-import');
