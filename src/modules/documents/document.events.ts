import { defineEvent } from '../../platform/events/event-type.js';
import { DOCUMENT_KINDS, MEDIA_TYPES, READING_STATES, type TransportDocument } from './document.js';

export interface DocumentEventData {
  id: string;
  transportOrderId: string;
  clientId: string;
  carrierId: string;
  kind: string;
  name: string;
  mediaType: string;
  /** Whether there is a text, and why not. */
  reading: string;
}

const FIELDS = {
  id: { type: 'string', minLength: 1 },
  transportOrderId: { type: 'string' },
  clientId: { type: 'string', description: "An organisation's id, or the domain of a shop" },
  carrierId: { type: 'string' },
  kind: { enum: [...DOCUMENT_KINDS] },
  name: { type: 'string' },
  mediaType: { enum: [...MEDIA_TYPES] },
  reading: { enum: [...READING_STATES], description: 'Whether its text was looked for and found' },
};
const EXAMPLE: DocumentEventData = {
  ...{ id: '6921b0d2a1f4b0a7c9e01234', transportOrderId: '6921b0d2a1f4b0a7c9e05678' },
  ...{ clientId: 'nordlys-apparel.myshopify.com', carrierId: '6921b0d2a1f4b0a7c9e09abc' },
  ...{ kind: 'proof_of_delivery', name: 'signed.jpg', mediaType: 'image/jpeg', reading: 'pending' },
};

export const documentUploaded = defineEvent<DocumentEventData>(
  'document.uploaded',
  'A carrier put a document to a transport.',
  FIELDS,
  EXAMPLE,
);
export const documentRead = defineEvent<DocumentEventData>(
  'document.read',
  'The text of a document was looked for; `reading` says with which end.',
  FIELDS,
  { ...EXAMPLE, reading: 'read' },
);

export function dataOf(document: TransportDocument): DocumentEventData {
  const { id, transportOrderId, clientId, carrierId, kind, name, mediaType, reading } = document;
  return { id, transportOrderId, clientId, carrierId, kind, name, mediaType, reading: reading.state };
}
