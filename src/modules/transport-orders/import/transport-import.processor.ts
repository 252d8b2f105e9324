import { Injectable } from '@nestjs/common';
import type { RunningJob } from '../../../platform/queue/job.js';
import { JobProcessor } from '../../../platform/queue/job-processor.js';
import {
  importTransports,
  type TransportImportPayload,
  type TransportImportResult,
} from './transport-import.job.js';
import { TransportImportService } from './transport-import.service.js';

@Injectable()
export class TransportImportProcessor extends JobProcessor<TransportImportPayload, TransportImportResult> {
  readonly type = importTransports;

  constructor(private readonly imports: TransportImportService) {
    super();
  }

  run(job: RunningJob<TransportImportPayload>): Promise<TransportImportResult> {
    return this.imports.run(job);
  }

  override cleanUp(payload: TransportImportPayload): Promise<void> {
    return this.imports.cleanUp(payload);
  }
}
