import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'csv-stringify/sync';
import type { ImportResult } from '../../src/modules/products/import/import.job.js';
import type { JobError, JobProgress } from '../../src/platform/queue/job.js';
import type { TestShop } from './app.js';
import { readPages } from './catalogue.js';
import type { Answer } from './client.js';

const FIXTURES = join(import.meta.dirname, '../fixtures/csv');

/** A product CSV of the project's own. */
export function fixture(name: 'old-columns' | 'new-columns' | 'bad-rows'): Promise<Buffer<ArrayBuffer>> {
  return readFile(join(FIXTURES, `${name}.csv`));
}

/** A CSV of these rows; the first one's keys are its columns. */
export function csvOf(rows: Record<string, string | number>[]): string {
  return stringify(rows, { header: true });
}

/** A CSV of simple products, one a handle, titled as their handles unless told otherwise. */
export function simpleCsv(handles: string[], title = (handle: string) => handle): string {
  return csvOf(handles.map((handle) => ({ Handle: handle, Title: title(handle), 'Variant Price': '1.00' })));
}

/** `count` handles `prefix-FROM` … */
export function handlesOf(prefix: string, from: number, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${prefix}-${String(from + i).padStart(4, '0')}`);
}

/** An import job as it ended; `result` is null when it failed. */
export interface EndedImport {
  id: string;
  state: 'completed' | 'failed';
  progress: JobProgress;
  result: ImportResult;
  error: JobError | null;
}

/** Uploads a file, waits for its job and gives the job as it ended. */
export async function importCsv(
  { shop, api }: TestShop,
  csv: string | Uint8Array<ArrayBuffer>,
): Promise<EndedImport> {
  const { status, body } = await api.upload(`/api/shops/${shop}/products/import`, csv);
  if (status !== 202) throw new Error(`the import was not taken: ${status} ${JSON.stringify(body)}`);
  return (await api.job(body.jobId)) as EndedImport;
}

/** The catalogue as its export. */
export async function exportCsv({ shop, api }: TestShop): Promise<string> {
  const { status, text } = await api.get(`/api/shops/${shop}/products/export.csv`);
  if (status !== 200) throw new Error(`the export answered ${status}`);
  return text;
}

const EVERY_FIELD =
  'id,handle,title,descriptionHtml,vendor,productType,productCategory,tags,status,published,giftCard,optimized,currency,' +
  'priceMin,priceMax,inventoryTotal,options,variants,images,seo,extra,version,createdAt,updatedAt';

/** Every product with every field, by handle. */
export function wholeCatalogue(own: TestShop): Promise<Answer['body'][]> {
  return readPages(own, { sort: 'handle', limit: '250', fields: EVERY_FIELD });
}

/** A product without what two shops never share: ids, times, version. */
export function contentOf(product: Answer['body']): unknown {
  const {
    id: _id,
    createdAt: _created,
    updatedAt: _updated,
    version: _version,
    variants,
    images,
    ...content
  } = product;
  const bare = (parts: { id: string }[]) => parts.map(({ id: _, ...part }) => part);
  return { ...content, variants: bare(variants), images: bare(images) };
}
