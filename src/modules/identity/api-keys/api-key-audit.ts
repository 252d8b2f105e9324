import type { AuditAction, AuditChange } from '../../../platform/audit/audit-event.js';
import type { ApiKeyDocument } from './api-key.schema.js';

/** A change of a key for the audit trail; the secret's hash is left out, the prefix tells which one it was. */
export function keyChange(
  action: AuditAction,
  before: ApiKeyDocument | null,
  after: ApiKeyDocument,
): AuditChange {
  const { _id, shop } = after;
  const resourceId = String(_id);
  return {
    action,
    resource: 'api_key',
    resourceId,
    shop,
    before: before && about(before),
    after: about(after),
  };
}

function about({
  name,
  prefix,
  role,
  scopes,
  expiresAt,
  ipAllowlist,
  revokedAt,
  replacedBy,
}: ApiKeyDocument) {
  return { name, prefix, role, scopes, expiresAt, ipAllowlist, revokedAt, replacedBy };
}
