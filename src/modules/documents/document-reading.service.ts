import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { AuditTrail } from '../../platform/audit/audit-trail.js';
import { occurrence } from '../../platform/events/event-type.js';
import { FilesService } from '../../platform/files/files.service.js';
import { LOGGER } from '../../platform/observability/observability.module.js';
import { EVERYBODY } from '../transport-orders/index.js';
import { documentChange } from './document-audit.js';
import { dataOf, documentRead } from './document.events.js';
import type { Reading, TransportDocument } from './document.js';
import { DocumentsRepository } from './documents.repository.js';
import { DocumentReader } from './reading/document-reader.js';
import { UnreadableDocument } from './reading/reading.js';

type Outcome = Pick<Reading, 'state' | 'fault'>;

/** Finds out what a document says. What cannot be read is noted as such, and tried no more. */
@Injectable()
export class DocumentReadingService {
  constructor(
    private readonly repository: DocumentsRepository,
    private readonly files: FilesService,
    private readonly reader: DocumentReader,
    private readonly audit: AuditTrail,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** The job: safe to run again, since a document is read while it is `pending` only. One that is gone fails as `unreadable`. */
  async run(documentId: string, signal: AbortSignal): Promise<Outcome> {
    const document = await this.repository.find([EVERYBODY], documentId);
    if (!document) return { state: 'failed', fault: 'unreadable' };
    if (document.reading.state !== 'pending') return outcomeOf(document);
    const { reading, text } = await this.read(document, signal);
    const after = await this.audit.recorded(
      (session) => this.repository.setReading(document, reading, text, session),
      (read) =>
        read &&
        documentChange('updated', document, read, occurrence(documentRead, read.version, dataOf(read))),
    );
    return outcomeOf(after ?? document);
  }

  private async read(
    { id, clientId, fileId, mediaType }: TransportDocument,
    signal: AbortSignal,
  ): Promise<{ reading: Reading; text: string }> {
    const content = await this.files.openRead(clientId, fileId);
    try {
      const { text, ...reading } = await this.reader.read(content, mediaType, signal);
      return { reading: { state: 'read', fault: null, ...reading }, text };
    } catch (error) {
      if (!(error instanceof UnreadableDocument)) throw error;
      this.logger.warn({ documentId: id, fault: error.fault, err: error }, 'A document could not be read');
      const nothing = { method: null, pages: null, pagesRead: null };
      return { reading: { state: 'failed', fault: error.fault, ...nothing }, text: '' };
    } finally {
      content.destroy();
    }
  }
}

function outcomeOf({ reading: { state, fault } }: TransportDocument): Outcome {
  return { state, fault };
}
