import type { AuditAction, AuditChange } from '../../../platform/audit/audit-event.js';
import { requestContext } from '../../../platform/observability/request-context.js';
import type { AccountDocument } from './account.schema.js';

type Account = Pick<AccountDocument, '_id' | 'email' | 'role'>;

/** Something that happened to an account, for the audit trail: an event of the system, of no tenant. */
export function accountChange(action: AuditAction, account: Account | null): AuditChange {
  const resourceId = account ? String(account._id) : 'unknown';
  return { action, resource: 'account', resourceId, shop: null };
}

/** A new account, or one that was given another role. */
export function accountWritten(before: Account | null, after: Account): AuditChange {
  const about = ({ email, role }: Account) => ({ email, role });
  const change = accountChange(before ? 'updated' : 'created', after);
  return { ...change, before: before && about(before), after: about(after) };
}

/** From here on the request acts as this account: it has shown that it is the account's. */
export function actAs({ _id, role }: Account): void {
  const context = requestContext.getStore();
  if (context) Object.assign(context, { principal: `account:${String(_id)}`, operator: role === 'admin' });
}
