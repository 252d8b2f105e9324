import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { csvAnswer } from '../../../platform/csv/csv-error.js';
import { CsvUploads } from '../../../platform/csv/csv-uploads.js';
import { FilesService } from '../../../platform/files/files.service.js';
import type { Principal } from '../../../platform/http/access.js';
import type { JobRecord, RunningJob } from '../../../platform/queue/job.js';
import { JobsService } from '../../../platform/queue/jobs.service.js';
import { TransportOrdersService } from '../transport-orders.service.js';
import { clientOf } from '../transport-party.js';
import { TransportBatchWriter, type BatchItem } from './transport-batch-writer.js';
import { readColumns } from './transport-columns.js';
import {
  importTransports,
  type TransportImportPayload,
  type TransportImportResult,
} from './transport-import.job.js';
import { checkRow } from './transport-row-rules.js';
import { readTransports } from './transport-rows.js';
import { TransportTally } from './transport-tally.js';

const BATCH = 100;

/** Makes transport orders of a CSV: the upload is checked and stored at once, the orders are made by a job. */
@Injectable()
export class TransportImportService {
  constructor(
    private readonly orders: TransportOrdersService,
    private readonly uploads: CsvUploads,
    private readonly files: FilesService,
    private readonly jobs: JobsService,
    private readonly writer: TransportBatchWriter,
  ) {}

  /**
   * Whose orders a caller may import: its own, or those of the client it names.
   * @throws AppError `organisation_forbidden`, `organisation_not_found`, `shop_not_found`, `validation_failed`
   */
  async clientFor(principal: Principal, wanted: string | undefined): Promise<string> {
    const clientId = clientOf(principal, wanted);
    await this.orders.assertMayOrder(principal, clientId);
    return clientId;
  }

  /**
   * Streams an upload into the store and starts the job that makes its orders.
   * @throws AppError those of `CsvUploads.receive`, `queue_unavailable`; nothing is kept then
   */
  async start(
    clientId: string,
    upload: { stream: Readable; name: string },
    maxBytes: number,
  ): Promise<JobRecord> {
    const file = { tenant: clientId, ...upload, maxBytes, checkHeader: readColumns };
    return this.uploads.receive(file, (fileId) =>
      this.jobs.start(importTransports, { clientId, fileId }, { shop: clientId }),
    );
  }

  /**
   * The job: makes an order of each row that is right, a batch at a time. Safe to run again: the id of an order comes from
   * the job and the line.
   * @throws AppError when the client is gone, or the text turns out to be no CSV of transport orders
   */
  async run(job: RunningJob<TransportImportPayload>): Promise<TransportImportResult> {
    const { payload, progress, signal } = job;
    const { clientId, fileId } = payload;
    await this.orders.assertClient(clientId);
    const total = await this.files.size(clientId, fileId);
    const tally = new TransportTally();
    let batch = new Map<string, BatchItem>();
    const flush = async () => {
      if (batch.size > 0) tally.add(await this.writer.write(clientId, [...batch.values()]));
      batch = new Map();
    };
    const onBytes = (done: number) => {
      signal.throwIfAborted();
      progress({ done, total, unit: 'bytes' });
    };
    try {
      for await (const read of readTransports(await this.files.openRead(clientId, fileId), onBytes)) {
        if (!('row' in read)) {
          tally.reject([read.problem]);
          continue;
        }
        const checked = await checkRow(read.line, read.row);
        if ('problems' in checked) {
          tally.reject(checked.problems);
          continue;
        }
        const { reference } = checked.terms;
        // the second of a reference is compared with the first
        if (batch.size >= BATCH || batch.has(reference)) await flush();
        batch.set(reference, { id: idOf(job.id, read.line), line: read.line, ...checked });
      }
      await flush();
    } catch (error) {
      throw csvAnswer(error);
    }
    return tally.result();
  }

  /** Removes the file of an import that has ended. */
  async cleanUp({ clientId, fileId }: TransportImportPayload): Promise<void> {
    await this.files.delete(clientId, fileId);
  }
}

/** The id of the order of a row, the same at every run of its job. */
function idOf(jobId: string, line: number): string {
  const rest = createHash('sha256').update(`${jobId}:${line}`).digest('hex');
  return jobId.slice(0, 8) + rest.slice(0, 16);
}
