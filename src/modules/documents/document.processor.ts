import { Injectable } from '@nestjs/common';
import type { RunningJob } from '../../platform/queue/job.js';
import { JobProcessor } from '../../platform/queue/job-processor.js';
import { DocumentReadingService } from './document-reading.service.js';
import { readDocument, type ReadDocumentPayload } from './document.job.js';
import type { Reading } from './document.js';

@Injectable()
export class DocumentProcessor extends JobProcessor<ReadDocumentPayload, Pick<Reading, 'state' | 'fault'>> {
  readonly type = readDocument;

  constructor(private readonly reading: DocumentReadingService) {
    super();
  }

  run({ payload, signal }: RunningJob<ReadDocumentPayload>): Promise<Pick<Reading, 'state' | 'fault'>> {
    return this.reading.run(payload.documentId, signal);
  }
}
