import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Types } from 'mongoose';
import type { Logger } from 'pino';
import type { Config } from '../../../config/config.js';
import { CONFIG } from '../../../config/config.module.js';
import { AppError } from '../../../kernel/errors.js';
import { AuditTrail } from '../../../platform/audit/audit-trail.js';
import type { AuditAction } from '../../../platform/audit/audit-event.js';
import type { Principal, PrincipalRole } from '../../../platform/http/access.js';
import type { Client } from '../../../platform/http/client.js';
import { LOGGER } from '../../../platform/observability/observability.module.js';
import { AccountsRepository } from '../accounts/accounts.repository.js';
import { AccessTokensService, type AccessClaims } from '../tokens/access-tokens.service.js';
import { PrincipalsService } from './principals.service.js';
import { RefreshRotation } from './refresh-rotation.js';
import type { SessionDocument } from './session.schema.js';
import { SessionsRepository } from './sessions.repository.js';

const DAY_MS = 24 * 3600 * 1000;
/** How long an ended session may still pass on another instance; on this one it stops at once. */
const REMEMBER_MS = 5_000;
const TOUCH_EVERY_MS = 60_000;

export interface Tokens {
  accessToken: string;
  /** Seconds. */
  expiresIn: number;
  refreshToken: string;
  /** Seconds. */
  refreshExpiresIn: number;
}

/** Logins: opened, refreshed, listed and ended. */
@Injectable()
export class SessionsService {
  private readonly known = new LRUCache<string, Principal>({ max: 10_000, ttl: REMEMBER_MS });
  private readonly touched = new LRUCache<string, true>({ max: 10_000, ttl: TOUCH_EVERY_MS });

  constructor(
    private readonly repository: SessionsRepository,
    private readonly rotation: RefreshRotation,
    private readonly accessTokens: AccessTokensService,
    private readonly accounts: AccountsRepository,
    private readonly principals: PrincipalsService,
    private readonly audit: AuditTrail,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** A new session with its first tokens. */
  async open(account: { _id: Types.ObjectId; role: PrincipalRole }, client: Client): Promise<Tokens> {
    const session = await this.repository.insert(account._id, client, this.lifetimeMs);
    const refreshToken = await this.rotation.begin(session._id, session.expiresAt);
    return this.tokens(session, account.role, refreshToken);
  }

  /**
   * Exchanges a refresh token for new tokens. One that was exchanged before ends its whole session, because somebody
   * has a copy; within ten seconds it gives the same successor instead (see `RefreshRotation`).
   * @throws AppError `invalid_refresh_token`
   */
  async refresh(token: string, client: Client): Promise<Tokens> {
    const rotation = await this.rotation.exchange(token, this.expiry());
    if (rotation.outcome === 'unknown')
      throw invalid('The refresh token is not known or has expired; log in again.');
    if (rotation.outcome === 'replayed') {
      await this.end(rotation.session, 'revoked');
      this.logger.warn(
        { session: String(rotation.session), ip: client.ip },
        'A refresh token was replayed; its session is ended',
      );
      throw invalid('This refresh token was used before, so its session is ended; log in again.');
    }
    const oldest = new Date(Date.now() - this.config.security.sessionMaxDays * DAY_MS);
    const session = await this.repository.extend(rotation.session, oldest, client, this.expiry());
    const account = session && (await this.accounts.findById(String(session.account)));
    if (!account) throw invalid('The session has ended; log in again.');
    return this.tokens(session, account.role, rotation.refreshToken);
  }

  /** Ends the session of a refresh token; one that is not known is no error. */
  async logout(token: string): Promise<void> {
    const session = await this.rotation.sessionOf(token);
    if (session) await this.end(session, 'logged_out');
  }

  /** The caller behind an access token, undefined when the token, its session or its account is not in force. */
  async authenticate(token: string): Promise<Principal | undefined> {
    const claims = await this.accessTokens.verify(token);
    if (!claims) return undefined;
    const principal = this.known.get(claims.session) ?? (await this.load(claims));
    return principal?.account === claims.account ? principal : undefined;
  }

  async list(
    account: string,
    offset: number,
    limit: number,
  ): Promise<{ sessions: SessionDocument[]; total: number }> {
    const id = new Types.ObjectId(account);
    return {
      sessions: await this.repository.list(id, offset, limit),
      total: await this.repository.count(id),
    };
  }

  /** @throws AppError `session_not_found` */
  async revoke(account: string, id: string): Promise<void> {
    const found =
      Types.ObjectId.isValid(id) &&
      (await this.revoked('revoked', new Types.ObjectId(id), new Types.ObjectId(account)));
    if (!found) throw new AppError('session_not_found', `You have no session "${id}".`);
    this.known.delete(id);
  }

  /** Ends every session of an account, except one if given. */
  async revokeAll(account: string, except?: string): Promise<void> {
    await this.repository.revokeAll(
      new Types.ObjectId(account),
      except ? new Types.ObjectId(except) : undefined,
    );
    this.forget(account);
  }

  /** Makes a change of an account's role or memberships felt at once here; elsewhere it takes five seconds. */
  forget(account: string): void {
    for (const [session, principal] of this.known.entries()) {
      if (principal.account === account) this.known.delete(session);
    }
  }

  /** Ends one session, here at once and on other instances within five seconds. */
  async end(session: Types.ObjectId, action: AuditAction): Promise<void> {
    await this.revoked(action, session);
    this.known.delete(String(session));
  }

  /** Notes that a session is used, at most once a minute. */
  touch({ _id }: SessionDocument): void {
    const id = String(_id);
    if (this.touched.has(id)) return;
    this.touched.set(id, true);
    this.repository.touch(_id).catch((err: unknown) => {
      this.logger.warn({ err }, 'Last use of a session could not be stored');
    });
  }

  private async revoked(action: AuditAction, id: Types.ObjectId, account?: Types.ObjectId): Promise<boolean> {
    return this.audit.recorded(
      (tx) => this.repository.revoke(id, account, tx),
      (done) => (done ? { action, resource: 'session', resourceId: String(id), shop: null } : null),
    );
  }

  private async load({ account, session: id }: AccessClaims): Promise<Principal | undefined> {
    if (!Types.ObjectId.isValid(id)) return undefined;
    const session = await this.repository.findLive(new Types.ObjectId(id));
    if (!session || String(session.account) !== account) return undefined;
    const principal = await this.principals.of(session);
    if (!principal) return undefined;
    this.known.set(id, principal);
    this.touch(session);
    return principal;
  }

  private async tokens(session: SessionDocument, role: PrincipalRole, refreshToken: string): Promise<Tokens> {
    const claims = { account: String(session.account), session: String(session._id) };
    const refreshExpiresIn = this.config.security.refreshTokenTtlDays * 24 * 3600;
    return { ...(await this.accessTokens.issue(claims, role)), refreshToken, refreshExpiresIn };
  }

  private get lifetimeMs(): number {
    return this.config.security.refreshTokenTtlDays * DAY_MS;
  }

  private expiry(): Date {
    return new Date(Date.now() + this.lifetimeMs);
  }
}

function invalid(detail: string): AppError {
  return new AppError('invalid_refresh_token', detail);
}
