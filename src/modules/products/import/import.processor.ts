import { Injectable } from '@nestjs/common';
import type { RunningJob } from '../../../platform/queue/job.js';
import { JobProcessor } from '../../../platform/queue/job-processor.js';
import { importProducts, type ImportPayload, type ImportResult } from './import.job.js';
import { ImportService } from './import.service.js';

@Injectable()
export class ImportProcessor extends JobProcessor<ImportPayload, ImportResult> {
  readonly type = importProducts;

  constructor(private readonly imports: ImportService) {
    super();
  }

  run(job: RunningJob<ImportPayload>): Promise<ImportResult> {
    return this.imports.run(job);
  }

  override cleanUp(payload: ImportPayload): Promise<void> {
    return this.imports.cleanUp(payload);
  }
}
