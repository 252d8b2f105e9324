import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { AppError } from '../../kernel/errors.js';
import { ACCESS, type AccessRule, type Principal } from '../../platform/http/access.js';
import { LIMIT_CLASS, type LimitClass } from '../../platform/limits/limit-as.js';
import { requestContext } from '../../platform/observability/request-context.js';
import { AccountsService } from './accounts/accounts.service.js';
import { Credentials } from './credentials.js';
import { cookieOf, SESSION_COOKIE } from './sessions/session-cookie.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who calls, on a public route too: there nobody is refused, but the limits are the caller's own. */
    identified?: Principal;
    /** Why the caller could not be identified; `AccessGuard` throws it where the route demands a caller. */
    authenticationError?: Error;
  }
}

/**
 * The first gate: who calls. Sets `request.principal`, or remembers the failure on the request and lets it go on, so
 * that the limits behind it count a failed authentication too. Refusing is `AccessGuard`'s.
 */
@Injectable()
export class IdentifyGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly credentials: Credentials,
    private readonly accounts: AccountsService,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const rule = this.reflector.getAllAndOverride<AccessRule | undefined>(ACCESS, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (!rule || (rule.kind === 'public' && !this.isWorthKnowing(context, request))) return true;
    try {
      const principal =
        rule.kind === 'page' ? await this.identifyPage(request) : await this.identify(request);
      request.identified = principal;
      if (rule.kind === 'public') return true;
      request.principal = principal;
      const store = requestContext.getStore();
      if (store) Object.assign(store, { principal: principal.id, operator: principal.role === 'admin' });
    } catch (error) {
      request.authenticationError = error instanceof Error ? error : new Error(String(error));
    }
    return true;
  }

  /** On a public route: whether somebody says who they are, and its limit depends on who calls. */
  private isWorthKnowing(context: ExecutionContext, { headers }: FastifyRequest): boolean {
    if (headers.authorization === undefined) return false;
    const limitClass = this.reflector.getAllAndOverride<LimitClass | undefined>(LIMIT_CLASS, [
      context.getHandler(),
      context.getClass(),
    ]);
    return limitClass === undefined;
  }

  /** By the cookie alone: credentials in a header are an API's, and no form of another site can send them. */
  private async identifyPage(request: FastifyRequest): Promise<Principal> {
    const principal = await this.accounts.authenticatePage(cookieOf(request, SESSION_COOKIE) ?? '');
    if (!principal) throw new AppError('unauthenticated', 'Log in first.');
    return principal;
  }

  private async identify(request: FastifyRequest): Promise<Principal> {
    const token = bearerToken(request);
    const principal = await this.credentials.principalOf(token);
    if (!principal)
      throw new AppError('unauthenticated', 'The credentials are not valid or no longer in force.');
    return principal;
  }
}

/** RFC 6750, 2.1: one Authorization header, `Bearer` and a token; of several, joined, no part is taken. */
function bearerToken({ headers }: FastifyRequest): string {
  const token = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
  if (!token)
    throw new AppError(
      'unauthenticated',
      'Send credentials as `Authorization: Bearer <API key or access token>`.',
    );
  return token;
}
