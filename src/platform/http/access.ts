import { applyDecorators, createParamDecorator, SetMetadata, type ExecutionContext } from '@nestjs/common';
import { ApiExcludeController, ApiSecurity } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { ShopDomain } from '../../kernel/shop-domain.js';

/** What a credential may be allowed to do, per resource and verb. */
export const SCOPES = [
  'shops:read',
  'shops:write',
  'products:read',
  'products:write',
  'sitemaps:read',
  'sitemaps:write',
  'subscriptions:read',
  'subscriptions:write',
  'customers:read',
  'customers:write',
  'inventory:read',
  'inventory:write',
  'devices:read',
  'devices:write',
  'orders:read',
  'orders:write',
  'analytics:read',
  'jobs:read',
  'jobs:write',
  'api-keys:read',
  'api-keys:write',
  'members:read',
  'members:write',
  'organisations:read',
  'carriers:read',
  'carriers:write',
  'transport-orders:read',
  'transport-orders:write',
  'webhooks:read',
  'webhooks:write',
  'audit:read',
] as const;
export type Scope = (typeof SCOPES)[number];

/** Companies on the logistics side: a client sends goods, a carrier moves them. */
export const ORGANISATION_KINDS = ['client', 'carrier'] as const;
export type OrganisationKind = (typeof ORGANISATION_KINDS)[number];

export interface OrganisationRef {
  kind: OrganisationKind;
  id: string;
}

export const PRINCIPAL_ROLES = ['admin', 'merchant', ...ORGANISATION_KINDS] as const;
export type PrincipalRole = (typeof PRINCIPAL_ROLES)[number];

/** Who calls: an API key or an account, with the tenants and scopes it reaches. Admins reach every shop. */
export interface Principal {
  id: string;
  kind: 'api_key' | 'account';
  role: PrincipalRole;
  shops: readonly ShopDomain[];
  /** Ids of client and carrier organisations. */
  organisations: readonly string[];
  /** Where the caller reaches several tenants, what it may do in any of them; `holds` tells for one. */
  scopes: ReadonlySet<Scope>;
  /** Of an account: what it may do in each of its tenants, by shop domain or organisation id. */
  tenantScopes?: ReadonlyMap<string, ReadonlySet<Scope>>;
  /** Of an API key: the networks it works from, as CIDRs; from anywhere when empty. */
  ipAllowlist?: readonly string[];
  /** Of an API key that expires. */
  expiresAt?: Date;
  /** Of an account: its id and the session it calls in. */
  account?: string;
  session?: string;
}

export type AccountPrincipal = Principal & Required<Pick<Principal, 'account' | 'session'>>;

/** Whether the caller may do this in this tenant, of which it is a member or which its key is for. */
export function holds(principal: Principal, scope: Scope, tenant: string): boolean {
  if (principal.role === 'admin') return principal.scopes.has(scope);
  return (principal.tenantScopes?.get(tenant) ?? (principal.tenantScopes ? NOTHING : principal.scopes)).has(
    scope,
  );
}

const NOTHING: ReadonlySet<Scope> = new Set();

/** What a route demands. A route that declares nothing does not start: see `assertEveryRouteDeclaresAccess`. */
export type AccessRule =
  | { kind: 'public'; page?: true }
  | { kind: 'page' }
  | { kind: 'admin' }
  | { kind: 'account' }
  | { kind: 'scope'; scope: Scope };

export const ACCESS = 'entrepot:access';

declare module 'fastify' {
  interface FastifyRequest {
    principal?: Principal;
    shop?: ShopDomain;
    organisation?: OrganisationRef;
  }
}

/** Anyone may call this. */
export const Public = () => SetMetadata(ACCESS, { kind: 'public' } satisfies AccessRule);

/** A controller of pages for operators, who are known by the cookie of their session and by nothing else. */
export const OperatorPage = () =>
  applyDecorators(SetMetadata(ACCESS, { kind: 'page' } satisfies AccessRule), ApiExcludeController());

/** A controller of pages, or what belongs to them, for anyone. */
export const PublicPage = () =>
  applyDecorators(
    SetMetadata(ACCESS, { kind: 'public', page: true } satisfies AccessRule),
    ApiExcludeController(),
  );

/** Only operators may call this. */
export const AdminOnly = () =>
  applyDecorators(
    SetMetadata(ACCESS, { kind: 'admin' } satisfies AccessRule),
    ApiSecurity('bearer', ['admin']),
  );

/** Only somebody who is logged in may call this: no API key. */
export const AccountOnly = () =>
  applyDecorators(
    SetMetadata(ACCESS, { kind: 'account' } satisfies AccessRule),
    ApiSecurity('bearer', ['account']),
  );

/** Credentials with this scope may call this; when the path names a `{shop}`, only that shop's. */
export const RequireScope = (scope: Scope) =>
  applyDecorators(
    SetMetadata(ACCESS, { kind: 'scope', scope } satisfies AccessRule),
    ApiSecurity('bearer', [scope]),
  );

/** The caller, in a handler's parameters. */
export const CurrentPrincipal = createParamDecorator((_: unknown, context: ExecutionContext): Principal => {
  const { principal } = context.switchToHttp().getRequest<FastifyRequest>();
  if (!principal) throw new Error('A public route asked for the principal.');
  return principal;
});

/** The tenant of the path, in a handler's parameters; the guard has checked that the caller may act for it. */
export const Tenant = createParamDecorator((_: unknown, context: ExecutionContext): ShopDomain => {
  const { shop } = context.switchToHttp().getRequest<FastifyRequest>();
  if (!shop) throw new Error('The route has no {shop} parameter.');
  return shop;
});

/** The account that calls, in a handler's parameters; for routes of `@AccountOnly()`. */
export const CurrentAccount = createParamDecorator(
  (_: unknown, context: ExecutionContext): AccountPrincipal => {
    const { principal } = context.switchToHttp().getRequest<FastifyRequest>();
    if (!principal?.account || !principal.session) throw new Error('The route is not for accounts only.');
    return principal as AccountPrincipal;
  },
);

/** The organisation of the path, in a handler's parameters; the guard has checked that the caller may act for it. */
export const CurrentOrganisation = createParamDecorator(
  (_: unknown, context: ExecutionContext): OrganisationRef => {
    const { organisation } = context.switchToHttp().getRequest<FastifyRequest>();
    if (!organisation) throw new Error('The route has no {organisation} parameter.');
    return organisation;
  },
);
