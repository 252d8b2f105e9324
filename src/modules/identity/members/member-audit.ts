import type { AuditAction, AuditChange } from '../../../platform/audit/audit-event.js';
import type { MembershipDocument } from './membership.schema.js';
import type { TenantRef } from './tenant-ref.js';

/** The shop an event belongs to; what happens in an organisation is an event of the system. */
export function shopOf({ kind, tenant }: TenantRef): string | null {
  return kind === 'shop' ? tenant : null;
}

/** Somebody joined or left a shop or an organisation. */
export function memberChange(action: AuditAction, member: MembershipDocument): AuditChange {
  const { account, kind, tenant, email, role, scopes } = member;
  const about = { account, kind, tenant, email, role, scopes };
  return {
    action,
    resource: 'membership',
    resourceId: String(account),
    shop: shopOf(member),
    ...(action === 'deleted' ? { before: about } : { after: about }),
  };
}
