import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from '../../local/bootstrap/paths.mjs';
import type * as Reader from '../../src/modules/products/import/csv/reader.js';
import type * as Merge from '../../src/modules/products/import/csv/merge.js';
import type * as ProductDocuments from '../../src/modules/products/product-document.js';
import type * as ProductDto from '../../src/modules/products/product.dto.js';

const built = (path: string): Promise<unknown> =>
  import(pathToFileURL(join(ROOT, 'dist', 'modules', 'products', path)).href);

/** The product's own code as it was built: what the benchmark writes and compares is what the application makes. */
export const { readProducts } = (await built('import/csv/reader.js')) as typeof Reader;
export const { completeDraft } = (await built('import/csv/merge.js')) as typeof Merge;
export const { newDocument } = (await built('product-document.js')) as typeof ProductDocuments;
export const { PRODUCT_FIELDS, SUMMARY_FIELDS, toProductDto } = (await built(
  'product.dto.js',
)) as typeof ProductDto;
