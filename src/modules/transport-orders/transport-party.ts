import { AppError, invalidField } from '../../kernel/errors.js';
import type { Principal } from '../../platform/http/access.js';
import { tenantsWith } from '../../platform/http/reach.js';
import { EVERYBODY } from './transport-orders.query.js';

/**
 * Whose orders a caller looks at: its own; of several the one it names; an operator's are everybody's.
 * @throws AppError `organisation_forbidden`, `validation_failed` when it has several and names none
 */
export function partyOf(principal: Principal, wanted: string | undefined): string {
  const reached = tenantsWith(principal, 'transport-orders:read');
  if (reached === 'all') return wanted ?? EVERYBODY;
  const party = wanted ?? (reached.length === 1 ? reached[0] : undefined);
  if (party === undefined) throw invalidField('party', 'required', `is needed: one of ${reached.join(', ')}`);
  if (!reached.includes(party))
    throw new AppError('organisation_forbidden', `These credentials may not see the orders of "${party}".`);
  return party;
}

/**
 * For whom a caller has something moved: for itself; of several the one it names, as an operator does.
 * @throws AppError `validation_failed` when it has to name one and does not
 */
export function clientOf(principal: Principal, wanted: string | undefined): string {
  const reached = tenantsWith(principal, 'transport-orders:write');
  const own = reached !== 'all' && reached.length === 1 ? reached[0] : undefined;
  const client = wanted ?? own;
  if (client === undefined) throw invalidField('clientId', 'required', 'is needed: whose orders they are');
  return client;
}
