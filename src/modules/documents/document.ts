import type { ReadingFault, ReadingMethod } from './reading/reading.js';

export const DOCUMENT_KINDS = ['proof_of_delivery', 'damage_report', 'other'] as const;
export type DocumentKind = (typeof DOCUMENT_KINDS)[number];

export const MEDIA_TYPES = ['image/png', 'image/jpeg', 'image/webp', 'application/pdf'] as const;
export type MediaType = (typeof MEDIA_TYPES)[number];

export const READING_STATES = ['pending', 'read', 'failed'] as const;

/** What became of looking for text. */
export interface Reading {
  state: (typeof READING_STATES)[number];
  /** Where the text is from; null until it is read. */
  method: ReadingMethod | null;
  pages: number | null;
  /** Fewer than `pages` where scanned pages or characters were too many. */
  pagesRead: number | null;
  /** Why there is none, if it failed. */
  fault: ReadingFault | null;
}

/** A file that says something of a transport. */
export interface TransportDocument {
  id: string;
  transportOrderId: string;
  /** Both as they were when it was uploaded: whoever gets the transport later does not get what another carrier wrote. */
  clientId: string;
  carrierId: string;
  kind: DocumentKind;
  name: string;
  mediaType: MediaType;
  bytes: number;
  sha256: string;
  /** Of an image, in pixels. */
  width: number | null;
  height: number | null;
  fileId: string;
  reading: Reading;
  text: string;
  /** `account:…`, `api_key:…`. */
  uploadedBy: string;
  version: number;
  createdAt: Date;
}
