import { defineJob } from '../../../platform/queue/job.js';

export interface TransportImportPayload {
  clientId: string;
  /** The uploaded CSV in the file store. */
  fileId: string;
}

/** What is wrong with a row; a row may have several. */
export interface TransportRowProblem {
  /** Physical line where the row starts, the header being 1. */
  line: number;
  column?: string;
  reference?: string;
  code: string;
  message: string;
}

export interface TransportImportResult {
  created: number;
  unchanged: number;
  /** Rows that did not land. */
  failed: number;
  /** The first thousand. */
  errors: TransportRowProblem[];
}

/** Makes a transport order of each row of an uploaded CSV. */
export const importTransports = defineJob<TransportImportPayload, TransportImportResult>(
  'transport-orders.import',
  'transport-import',
);
