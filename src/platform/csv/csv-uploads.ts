import type { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { FilesService } from '../files/files.service.js';
import { unreadable } from '../http/upload.js';
import { sealUpload } from '../idempotency/creation.js';
import { UploadDigest } from '../idempotency/fingerprint.js';
import type { JobRecord } from '../queue/job.js';
import { csvAnswer } from './csv-error.js';
import { inspectCsv, type HeaderCheck } from './inspect.js';

export interface CsvUpload {
  /** Whose file it becomes. */
  tenant: string;
  stream: Readable;
  name: string;
  maxBytes: number;
  checkHeader: HeaderCheck;
}

/** CSV files that a job reads: judged and stored while they arrive. */
@Injectable()
export class CsvUploads {
  constructor(private readonly files: FilesService) {}

  /**
   * Streams an upload into the store, then starts its job, whose payload holds the id of the file.
   * @throws AppError `csv_empty`, `csv_encoding`, `csv_not_csv`, `csv_malformed`, `csv_columns`, `csv_too_large`,
   * `malformed_request`, and what `start` throws; nothing is kept then
   */
  async receive(
    { tenant, stream, name, maxBytes, checkHeader }: CsvUpload,
    start: (fileId: string) => Promise<JobRecord>,
  ): Promise<JobRecord> {
    const digest = new UploadDigest();
    const checked = inspectCsv({ maxBytes, checkHeader, onBytes: digest.update });
    stream.once('error', (error) => checked.destroy(unreadable(error)));
    const fileId = await this.files
      .store(tenant, { name, contentType: 'text/csv', purpose: 'import' }, stream.pipe(checked))
      .catch((error: unknown) => {
        throw csvAnswer(error);
      });
    try {
      await sealUpload(digest.fingerprint());
      const job = await start(fileId);
      // a repeated request whose first try got this far: the job has that one's file
      if ((job.payload as { fileId: string }).fileId !== fileId) await this.files.delete(tenant, fileId);
      return job;
    } catch (error) {
      await this.files.delete(tenant, fileId);
      throw error;
    }
  }
}
