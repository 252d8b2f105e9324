import type { ShopDomain } from '../../../kernel/shop-domain.js';
import { ORGANISATION_KINDS, type OrganisationRef } from '../../../platform/http/access.js';

export const TENANT_KINDS = ['shop', ...ORGANISATION_KINDS] as const;
export type TenantKind = (typeof TENANT_KINDS)[number];

/** What one can be a member of: a shop by its domain, a client or carrier organisation by its id. */
export interface TenantRef {
  kind: TenantKind;
  tenant: string;
}

export function ofShop(shop: ShopDomain): TenantRef {
  return { kind: 'shop', tenant: shop };
}

export function ofOrganisation({ kind, id }: OrganisationRef): TenantRef {
  return { kind, tenant: id };
}

export const MEMBER_ROLES = ['owner', 'staff'] as const;
export type MemberRole = (typeof MEMBER_ROLES)[number];
