import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import type { ShopDomain } from '../../../kernel/shop-domain.js';
import { AuditTrail } from '../../../platform/audit/audit-trail.js';
import { csvAnswer } from '../../../platform/csv/csv-error.js';
import { CsvUploads } from '../../../platform/csv/csv-uploads.js';
import { occurrence } from '../../../platform/events/event-type.js';
import { FilesService } from '../../../platform/files/files.service.js';
import { requestContext } from '../../../platform/observability/request-context.js';
import type { JobProgress, JobRecord, RunningJob } from '../../../platform/queue/job.js';
import { JobsService } from '../../../platform/queue/jobs.service.js';
import { ShopsService } from '../../shops/index.js';
import { readHeader } from './csv/header.js';
import { readProducts } from './csv/reader.js';
import { importProducts, type ImportPayload, type ImportProblem, type ImportResult } from './import.job.js';
import { ImportBatch } from './import-batch.js';
import { BatchWriter } from './batch-writer.js';
import { productsImported } from '../product.events.js';

const BATCH = 200;
const MAX_REPORTED = 1_000;

type Report = (progress: Omit<JobProgress, 'percent'>) => void;

/** Imports Shopify's product CSV: the upload is checked and stored at once, the catalogue is written by a job. */
@Injectable()
export class ImportService {
  constructor(
    private readonly files: FilesService,
    private readonly uploads: CsvUploads,
    private readonly jobs: JobsService,
    private readonly shops: ShopsService,
    private readonly writer: BatchWriter,
    private readonly audit: AuditTrail,
  ) {}

  /**
   * Streams an upload into the store and starts its import.
   * @throws AppError `csv_empty`, `csv_encoding`, `csv_not_csv`, `csv_malformed`, `csv_columns`, `csv_too_large`,
   * `malformed_request`, `queue_unavailable`; nothing is kept then
   */
  async start(shop: ShopDomain, upload: Readable, name: string, maxBytes: number): Promise<JobRecord> {
    const file = { tenant: shop, stream: upload, name, maxBytes, checkHeader: readHeader };
    return this.uploads.receive(file, (fileId) =>
      this.jobs.start(importProducts, { shop, fileId }, { shop }),
    );
  }

  /** The job: imports the stored file. Safe to run again: what has landed is found unchanged. */
  async run({
    payload: { shop, fileId },
    progress,
    signal,
  }: RunningJob<ImportPayload>): Promise<ImportResult> {
    const total = await this.files.size(shop, fileId);
    return this.importFrom(shop, await this.files.openRead(shop, fileId), total, progress, signal);
  }

  /** Removes the file of an import that has ended. */
  async cleanUp({ shop, fileId }: ImportPayload): Promise<void> {
    await this.files.delete(shop, fileId);
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
      throw csvAnswer(error);
    } finally {
      // also of an import that was cut short: what landed has landed
      await this.recordSummary(shop, result);
    }
    return result;
  }

  /** One event an import: an event a product would cost as much as the products. */
  private async recordSummary(shop: ShopDomain, result: ImportResult): Promise<void> {
    const { created, updated, unchanged, failed } = result;
    const resourceId = requestContext.getStore()?.jobId ?? randomUUID();
    const after = { created, updated, unchanged, failed };
    // the runs of one import come one after another
    const event = occurrence(productsImported, Date.now(), { jobId: resourceId, ...after });
    await this.audit.record({
      action: 'imported',
      resource: 'product_import',
      resourceId,
      shop,
      after,
      event,
    });
  }
}
