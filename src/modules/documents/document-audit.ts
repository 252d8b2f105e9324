import type { AuditChange } from '../../platform/audit/audit-event.js';
import type { Occurrence } from '../../platform/events/event-type.js';
import type { TransportDocument } from './document.js';

/** A change of a document for the audit trail: what it is, not what it says. */
export function documentChange(
  action: 'created' | 'updated' | 'deleted',
  before: TransportDocument | null,
  after: TransportDocument | null,
  event?: Occurrence,
): AuditChange {
  const { id, clientId } = (after ?? before) as TransportDocument;
  return {
    ...{ action, resource: 'document', resourceId: id, shop: shopOf(clientId) },
    ...{ before: written(before), after: written(after) },
    ...(event ? { event } : {}),
  };
}

/** The shop whose transport it is, if the client is one. */
export function shopOf(clientId: string): string | null {
  return clientId.includes('.') ? clientId : null;
}

function written(document: TransportDocument | null): object | null {
  if (!document) return null;
  const { text: _text, fileId: _fileId, id: _id, version: _version, createdAt: _at, ...rest } = document;
  return rest;
}
