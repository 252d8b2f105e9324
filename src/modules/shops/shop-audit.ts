import type { AuditAction, AuditChange } from '../../platform/audit/audit-event.js';
import type { Shop } from './shop.js';

/** A change of a shop for the audit trail. */
export function shopChange(action: AuditAction, before: Shop | null, after: Shop): AuditChange {
  const { shop } = after;
  return {
    action,
    resource: 'shop',
    resourceId: shop,
    shop,
    before: before && about(before),
    after: about(after),
  };
}

function about({ version: _version, createdAt: _createdAt, updatedAt: _updatedAt, ...shop }: Shop): object {
  return shop;
}
