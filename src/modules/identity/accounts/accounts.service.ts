import { Injectable } from '@nestjs/common';
import { AppError } from '../../../kernel/errors.js';
import type { Principal, PrincipalRole } from '../../../platform/http/access.js';
import { AuditTrail } from '../../../platform/audit/audit-trail.js';
import type { Client } from '../../../platform/http/client.js';
import { PageSessions, type PageLogin } from '../sessions/page-sessions.js';
import { SessionsService, type Tokens } from '../sessions/sessions.service.js';
import { accountChange, accountWritten, actAs } from './account-audit.js';
import type { AccountDocument } from './account.schema.js';
import { AccountsRepository } from './accounts.repository.js';
import { PasswordHasher } from './password-hasher.js';

const NOWHERE: Client = { ip: '', userAgent: '' };

/** Accounts: password in, session out. */
@Injectable()
export class AccountsService {
  constructor(
    private readonly repository: AccountsRepository,
    private readonly sessions: SessionsService,
    private readonly pages: PageSessions,
    private readonly hasher: PasswordHasher,
    private readonly audit: AuditTrail,
  ) {}

  /**
   * A session for the right password. An unknown address costs the same time as a wrong password, and so does one
   * whose registration is not confirmed: it has no account yet.
   * @throws AppError `invalid_credentials`
   */
  async login(email: string, password: string, client = NOWHERE): Promise<Tokens> {
    return this.sessions.open(await this.proven(email, password), client);
  }

  /**
   * A session of an operator in a browser; any other account is told what a wrong password is told.
   * @throws AppError `invalid_credentials`
   */
  async loginToPages(email: string, password: string, client: Client): Promise<PageLogin> {
    return this.pages.open(await this.proven(email, password, 'admin'), client);
  }

  /** The operator behind the cookie of the pages; undefined when its session or its account is not in force. */
  async authenticatePage(token: string): Promise<Principal | undefined> {
    return this.pages.authenticate(token);
  }

  async logoutOfPages(token: string): Promise<void> {
    await this.pages.end(token);
  }

  /** The caller behind an access token; undefined when it, its session or its account is not in force. */
  async authenticate(token: string): Promise<Principal | undefined> {
    return this.sessions.authenticate(token);
  }

  /** Makes the account, or gives an existing one this password and role and ends its sessions. */
  async put(email: string, password: string, role: PrincipalRole): Promise<AccountDocument> {
    const passwordHash = await this.hasher.hash(password);
    const before = await this.repository.findByEmail(email.toLowerCase());
    const account = await this.audit.recorded(
      (session) => this.repository.put(email.toLowerCase(), passwordHash, role, session),
      (after) => ({ ...accountWritten(before, after), ...(before ? { action: 'password_reset' } : {}) }),
    );
    await this.sessions.revokeAll(String(account._id));
    return account;
  }

  async exists(email: string): Promise<boolean> {
    return (await this.repository.findByEmail(email.toLowerCase())) !== null;
  }

  /** @throws AppError `unauthenticated` when the account is gone */
  async get(id: string): Promise<AccountDocument> {
    const account = await this.repository.findById(id);
    if (!account) throw new AppError('unauthenticated', 'The account is gone.');
    return account;
  }

  private async proven(email: string, password: string, role?: PrincipalRole): Promise<AccountDocument> {
    const account = await this.repository.findByEmail(email.toLowerCase());
    const correct = await this.hasher.matches(password, account?.passwordHash);
    if (!account || !correct || (role && account.role !== role)) {
      await this.audit.record(accountChange('login_failed', account));
      throw new AppError(
        'invalid_credentials',
        'E-mail or password is wrong, or the address is not confirmed yet.',
      );
    }
    if (this.hasher.isOutdated(account.passwordHash)) await this.rehash(account, password);
    actAs(account);
    await this.audit.record(accountChange('logged_in', account));
    return account;
  }

  /** Gives the hash today's parameters, now that the password is known. */
  private async rehash({ _id, passwordHash }: AccountDocument, password: string): Promise<void> {
    await this.repository.setPassword(_id, await this.hasher.hash(password), passwordHash);
  }
}
