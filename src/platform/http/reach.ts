import { holds, type Principal, type Scope } from './access.js';

/** Whether the caller may do this for a shop or organisation: as its member, by its key, or as an operator. */
export function actsFor(principal: Principal, scope: Scope, tenant: string): boolean {
  if (principal.role === 'admin') return principal.scopes.has(scope);
  const own = principal.shops.some((shop) => shop === tenant) || principal.organisations.includes(tenant);
  return own && holds(principal, scope, tenant);
}

/** The shops and organisations for which the caller may do this; `all` for operators. */
export function tenantsWith(principal: Principal, scope: Scope): 'all' | string[] {
  if (principal.role === 'admin') return principal.scopes.has(scope) ? 'all' : [];
  return [...principal.shops, ...principal.organisations].filter((tenant) => holds(principal, scope, tenant));
}
