import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { AppError } from '../../kernel/errors.js';
import { shopDomain, type ShopDomain } from '../../kernel/shop-domain.js';
import { ACCESS, holds, type AccessRule, type Principal } from '../../platform/http/access.js';
import { requestContext } from '../../platform/observability/request-context.js';
import { TenantDirectory } from '../../platform/tenancy/tenant-directory.js';
import { IpAllowlist } from './ip-allowlist.js';
import { OrganisationsService } from './organisations/organisations.service.js';

interface PathTenants {
  shop?: string;
  organisation?: string;
}

/**
 * The one gate of every route: whether its rule allows the caller whom `IdentifyGuard` found, and whether the tenant of
 * the path is theirs. A route without a rule is refused.
 */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly tenants: TenantDirectory,
    private readonly organisations: OrganisationsService,
    private readonly addresses: IpAllowlist,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest<{ Params: PathTenants }>>();
    const rule = this.reflector.getAllAndOverride<AccessRule | undefined>(ACCESS, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (!rule) throw new AppError('forbidden', 'This route is not open to anyone.');
    if (rule.kind !== 'public') this.authorise(rule, this.caller(request));
    const { shop, organisation } = request.params;
    if (shop !== undefined) await this.enterTenant(request, shop);
    if (organisation !== undefined) await this.enterOrganisation(request, organisation);
    if (rule.kind !== 'public') await this.authoriseWithin(rule, request, this.caller(request));
    return true;
  }

  /** @throws what kept `IdentifyGuard` from identifying the caller */
  private caller({ principal, authenticationError }: FastifyRequest): Principal {
    if (principal) return principal;
    throw authenticationError ?? new AppError('unauthenticated', 'The caller was not identified.');
  }

  private authorise(rule: Exclude<AccessRule, { kind: 'public' }>, principal: Principal): void {
    if ((rule.kind === 'admin' || rule.kind === 'page') && principal.role !== 'admin') {
      throw new AppError('forbidden', 'Only operators may do this.');
    }
    if (rule.kind === 'account' && principal.kind !== 'account') {
      throw new AppError('forbidden', 'This is for accounts; an API key has none. Log in.');
    }
    if (rule.kind === 'scope' && !principal.scopes.has(rule.scope)) {
      throw new AppError('insufficient_scope', `This needs the scope "${rule.scope}".`);
    }
  }

  /** What is known only with the tenant: whether the caller may do this there, and from where it calls. */
  private async authoriseWithin(
    rule: AccessRule,
    request: FastifyRequest,
    principal: Principal,
  ): Promise<void> {
    const { shop, organisation, ip } = request;
    const tenant = shop ?? organisation?.id;
    if (rule.kind === 'scope' && tenant !== undefined && !holds(principal, rule.scope, tenant)) {
      throw new AppError('insufficient_scope', `This needs the scope "${rule.scope}" there.`);
    }
    this.addresses.assertOfKey(principal, ip);
    if (shop) await this.addresses.assertInShop(principal, shop, ip);
    else request.principal = await this.addresses.withinShops(principal, ip);
  }

  /** The same for clients and carriers: whether an organisation exists is told to its members only. */
  private async enterOrganisation(request: FastifyRequest, id: string): Promise<void> {
    const { principal } = request;
    if (principal && principal.role !== 'admin' && !principal.organisations.includes(id)) {
      throw new AppError('organisation_forbidden', `These credentials are not for the organisation "${id}".`);
    }
    const { kind } = await this.organisations.get(id);
    request.organisation = { kind, id };
  }

  /** A merchant learns nothing of other shops, not even whether they exist. */
  private async enterTenant(request: FastifyRequest, text: string): Promise<void> {
    const shop = shopDomain(text);
    const { principal } = request;
    if (principal && principal.role !== 'admin' && !(shop && principal.shops.includes(shop))) {
      throw new AppError('shop_forbidden', `These credentials are not for the shop "${text}".`);
    }
    if (!shop) throw new AppError('shop_not_found', `"${text}" is not a shop's domain (name.myshopify.com).`);
    await this.assertInstalled(shop, principal);
    request.shop = shop;
    const context = requestContext.getStore();
    if (context) context.shop = shop;
  }

  /** Operators may look at an uninstalled shop, which lives on until it is purged. */
  private async assertInstalled(shop: ShopDomain, principal: Principal | undefined): Promise<void> {
    const state = await this.tenants.state(shop);
    if (state === 'unknown') throw new AppError('shop_not_found', `There is no shop "${shop}".`);
    if (state === 'uninstalled' && principal?.role !== 'admin') {
      throw new AppError('shop_uninstalled', `The shop "${shop}" is uninstalled.`);
    }
  }
}
