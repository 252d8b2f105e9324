import type { AuditAction, AuditChange } from '../../../platform/audit/audit-event.js';
import type { WebhookEndpointDocument } from './webhook-endpoint.schema.js';

/** A change of an endpoint for the audit trail; of its secrets only how many are in force. */
export function endpointChange(
  action: AuditAction,
  before: WebhookEndpointDocument | null,
  after: WebhookEndpointDocument | null,
): AuditChange | null {
  const either = after ?? before;
  if (!either) return null;
  return {
    action,
    resource: 'webhook_endpoint',
    resourceId: String(either._id),
    shop: either.shop,
    before: before && about(before),
    after: after && about(after),
  };
}

function about({ url, description, eventTypes, status, disabledReason, secrets }: WebhookEndpointDocument) {
  const keys = secrets.map(({ createdAt, expiresAt }) => ({ createdAt, expiresAt }));
  return { url, description, eventTypes, status, disabledReason, keys };
}
