import type { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { AppError } from '../../../kernel/errors.js';
import type { ShopDomain } from '../../../kernel/shop-domain.js';
import { FilesService } from '../../../platform/files/files.service.js';
import type { JobProgress, JobRecord, RunningJob } from '../../../platform/queue/job.js';
import { JobsService } from '../../../platform/queue/jobs.service.js';
import { ShopsService } from '../../shops/index.js';
import { CsvError } from './csv/errors.js';
import { inspectCsv } from './csv/inspect.js';
import { readProducts } from './csv/reader.js';
import { importProducts, type ImportPayload, type ImportProblem, type ImportResult } from './import.job.js';
import { ImportBatch } from './import-batch.js';
import { BatchWriter } from './batch-writer.js';

const BATCH = 200;
const MAX_REPORTED = 1_000;

type Report = (progress: Omit<JobProgress, 'percent'>) => void;

/** Imports Shopify's product CSV: the upload is checked and stored at once, the catalogue is written by a job. */
@Injectable()
export class ImportService {
  constructor(
    private readonly files: FilesService,
    private readonly jobs: JobsService,
    private readonly shops: ShopsService,
    private readonly writer: BatchWriter,
  ) {}

  /**
   * Streams an upload into the store and starts its import.
   * @throws AppError `csv_empty`, `csv_encoding`, `csv_not_csv`, `csv_malformed`, `csv_columns`, `csv_too_large`,
   * `queue_unavailable`; nothing is kept then
   */
  async start(shop: ShopDomain, upload: Readable, name: string, maxBytes: number): Promise<JobRecord> {
    const checked = inspectCsv({ maxBytes });
    upload.once('error', (error) => checked.destroy(error));
    const fileId = await this.files
      .store(shop, { name, contentType: 'text/csv', purpose: 'import' }, upload.pipe(checked))
      .catch((error: unknown) => {
        throw toAppError(error);
      });
    try {
      return await this.jobs.start(importProducts, { shop, fileId }, { shop });
    } catch (error) {
      await this.files.delete(shop, fileId);
      throw error;
    }
  }

  /** The job: imports the stored file and removes it. Safe to run again: what has landed is found unchanged. */
  async run({
    payload: { shop, fileId },
    progress,
    signal,
  }: RunningJob<ImportPayload>): Promise<ImportResult> {
    const total = await this.files.size(shop, fileId);
    const result = await this.importFrom(
      shop,
      await this.files.openRead(shop, fileId),
      total,
      progress,
      signal,
    );
    await this.files.delete(shop, fileId);
    return result;
  }

  /**
   * Imports from a stream of `total` bytes with flat memory. Products of one batch are read, compared and written
   * together; a file's last word on a product wins.
   * @throws AppError when the text turns out to be no product CSV
   */
  async importFrom(
    shop: ShopDomain,
    source: AsyncIterable<Buffer>,
    total: number,
    progress: Report,
    signal?: AbortSignal,
  ): Promise<ImportResult> {
    const { currency } = await this.shops.get(shop);
    const result: ImportResult = { created: 0, updated: 0, unchanged: 0, failed: 0, errors: [] };
    const reject = (problem: ImportProblem) => {
      result.failed++;
      if (result.errors.length < MAX_REPORTED) result.errors.push(problem);
    };
    const onProgress = ({ bytes }: { bytes: number }) => {
      progress({ done: bytes, total, unit: 'bytes' });
    };
    let batch = new ImportBatch();
    const flush = async () => {
      signal?.throwIfAborted();
      const outcome = await this.writer.write(shop, currency, batch, reject);
      result.created += outcome.created;
      result.updated += outcome.updated;
      result.unchanged += outcome.unchanged;
      batch = new ImportBatch();
    };
    try {
      for await (const read of readProducts(source, { currency, onProgress })) {
        if (read.kind === 'error') {
          const { kind: _kind, ...problem } = read;
          reject(problem);
          continue;
        }
        batch.add(read.line, read.product);
        if (batch.size >= BATCH) await flush();
      }
      await flush();
    } catch (error) {
      throw toAppError(error);
    }
    return result;
  }
}

function toAppError(error: unknown): unknown {
  return error instanceof CsvError ? new AppError(error.code, error.message, { cause: error }) : error;
}
