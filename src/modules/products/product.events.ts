import { defineEvent } from '../../platform/events/event-type.js';
import type { ProductDocument } from './product.schema.js';

export interface ProductEventData {
  id: string;
  handle: string;
  title: string;
  status: string;
  version: number;
}

const FIELDS = {
  id: { type: 'string', minLength: 1 },
  handle: { type: 'string' },
  title: { type: 'string' },
  status: { enum: ['active', 'draft', 'archived'] },
  version: { type: 'integer', minimum: 1, description: 'Of the product; of a deleted one the last it had' },
};
const EXAMPLE: ProductEventData = {
  id: '6921b0d2a1f4b0a7c9e01234',
  ...{ handle: 'ocean-blue-shirt', title: 'Ocean Blue Shirt', status: 'active', version: 1 },
};

export const productCreated = defineEvent<ProductEventData>(
  'product.created',
  'A product was added by itself; an import tells of all of its products at once by `product.imported`.',
  FIELDS,
  EXAMPLE,
);
export const productUpdated = defineEvent<ProductEventData>(
  'product.updated',
  'A product was changed by itself.',
  FIELDS,
  { ...EXAMPLE, version: 2 },
);
export const productDeleted = defineEvent<ProductEventData>(
  'product.deleted',
  'A product was removed.',
  FIELDS,
  EXAMPLE,
);

export interface ProductsImportedData {
  jobId: string;
  created: number;
  updated: number;
  unchanged: number;
  failed: number;
}

const COUNT = { type: 'integer', minimum: 0 };

export const productsImported = defineEvent<ProductsImportedData>(
  'product.imported',
  'A run of an import has ended; a run that was cut off is told of by the one that finishes the import.',
  { jobId: { type: 'string' }, created: COUNT, updated: COUNT, unchanged: COUNT, failed: COUNT },
  { jobId: '6921b0d2a1f4b0a7c9e01234', created: 118, updated: 2, unchanged: 0, failed: 1 },
);

export function dataOf({ _id, handle, title, status, version }: ProductDocument): ProductEventData {
  return { id: String(_id), handle, title, status, version };
}
