import { defineJob } from '../../platform/queue/job.js';
import type { Reading } from './document.js';

export interface ReadDocumentPayload {
  documentId: string;
}

/** Looks for the text of a document: in the file, else in what is to be seen. */
export const readDocument = defineJob<ReadDocumentPayload, Pick<Reading, 'state' | 'fault'>>(
  'document.read',
  'documents',
);
