import { applyDecorators, createParamDecorator, SetMetadata, type ExecutionContext } from '@nestjs/common';
import { ApiSecurity } from '@nestjs/swagger';
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
  'jobs:read',
  'api-keys:read',
  'api-keys:write',
  'audit:read',
] as const;
export type Scope = (typeof SCOPES)[number];

export const PRINCIPAL_ROLES = ['admin', 'merchant'] as const;
export type PrincipalRole = (typeof PRINCIPAL_ROLES)[number];

/** Who calls: an API key or an account, with the tenants and scopes it reaches. Admins reach every shop. */
export interface Principal {
  id: string;
  kind: 'api_key' | 'account';
  role: PrincipalRole;
  shops: readonly ShopDomain[];
  scopes: ReadonlySet<Scope>;
}

/** What a route demands. A route that declares nothing does not start: see `assertEveryRouteDeclaresAccess`. */
export type AccessRule = { kind: 'public' } | { kind: 'admin' } | { kind: 'scope'; scope: Scope };

export const ACCESS = 'entrepot:access';

declare module 'fastify' {
  interface FastifyRequest {
    principal?: Principal;
    shop?: ShopDomain;
  }
}

/** Anyone may call this. */
export const Public = () => SetMetadata(ACCESS, { kind: 'public' } satisfies AccessRule);

/** Only operators may call this. */
export const AdminOnly = () =>
  applyDecorators(
    SetMetadata(ACCESS, { kind: 'admin' } satisfies AccessRule),
    ApiSecurity('bearer', ['admin']),
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
