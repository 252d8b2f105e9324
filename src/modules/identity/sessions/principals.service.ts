import { Injectable } from '@nestjs/common';
import type { ShopDomain } from '../../../kernel/shop-domain.js';
import { SCOPES, type Principal, type Scope } from '../../../platform/http/access.js';
import { AccountsRepository } from '../accounts/accounts.repository.js';
import type { MembershipDocument } from '../members/membership.schema.js';
import { MembershipsRepository } from '../members/memberships.repository.js';
import type { SessionDocument } from './session.schema.js';

/** Makes the caller out of an account: its role, and its tenants with what it may do in each. */
@Injectable()
export class PrincipalsService {
  constructor(
    private readonly accounts: AccountsRepository,
    private readonly memberships: MembershipsRepository,
  ) {}

  /** Undefined when the account is gone. */
  async of({ _id, account: id }: SessionDocument): Promise<Principal | undefined> {
    const [account, memberships] = await Promise.all([
      this.accounts.findById(String(id)),
      this.memberships.ofAccount(id),
    ]);
    if (!account) return undefined;
    const tenantScopes = new Map(memberships.map((membership) => [membership.tenant, scopesOf(membership)]));
    return {
      id: `account:${String(id)}`,
      kind: 'account',
      account: String(id),
      session: String(_id),
      role: account.role,
      shops: memberships.filter(({ kind }) => kind === 'shop').map(({ tenant }) => tenant as ShopDomain),
      organisations: memberships.filter(({ kind }) => kind !== 'shop').map(({ tenant }) => tenant),
      scopes: account.role === 'admin' ? new Set(SCOPES) : union(tenantScopes.values()),
      tenantScopes,
    };
  }
}

function scopesOf({ role, scopes }: MembershipDocument): ReadonlySet<Scope> {
  return new Set(role === 'owner' ? SCOPES : scopes);
}

function union(sets: Iterable<ReadonlySet<Scope>>): ReadonlySet<Scope> {
  return new Set([...sets].flatMap((set) => [...set]));
}
