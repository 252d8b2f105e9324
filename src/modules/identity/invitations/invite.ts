import { AppError, invalidField } from '../../../kernel/errors.js';
import { holds, SCOPES, type Principal } from '../../../platform/http/access.js';
import type { TenantRef } from '../members/tenant-ref.js';
import type { InviteDto } from './invitations.dto.js';
import type { Invite } from './invitations.service.js';

/**
 * The invitation a caller asks for, if it may: nobody grants what they do not have.
 * @throws AppError `insufficient_scope`, `validation_failed` when scopes do not fit the role
 */
export function inviteOf(
  { email, role, scopes = [] }: InviteDto,
  { tenant }: TenantRef,
  caller: Principal,
  languages: readonly string[],
): Invite {
  if (role === 'owner' && scopes.length > 0) throw invalid('an owner has every scope; leave them out');
  if (role === 'staff' && scopes.length === 0) throw invalid('staff need at least one scope');
  const granted = role === 'owner' ? SCOPES : scopes;
  const beyond = granted.filter((scope) => !holds(caller, scope, tenant));
  if (beyond.length > 0) {
    throw new AppError('insufficient_scope', `You cannot grant what you do not have: ${beyond.join(', ')}.`);
  }
  return { email, role, scopes, invitedBy: caller.id, languages };
}

function invalid(message: string): AppError {
  return invalidField('scopes', 'scopes', message);
}
