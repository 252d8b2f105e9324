import { Injectable } from '@nestjs/common';
import { AppError } from '../../../kernel/errors.js';
import { hashToken, newToken } from '../../../platform/crypto/secret-token.js';
import { AuditTrail } from '../../../platform/audit/audit-trail.js';
import type { AccountPrincipal } from '../../../platform/http/access.js';
import { MailService } from '../../../platform/mail/mail.service.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { accountChange } from './account-audit.js';
import { AccountMails, type Reader } from './account-mails.js';
import { AccountsRepository } from './accounts.repository.js';
import { EmailTokensRepository } from './email-tokens.repository.js';
import { PasswordHasher } from './password-hasher.js';
import { assertStrong } from './password-policy.js';
import { MAILS_PER_HOUR } from './registration.service.js';

const HOUR_MS = 3600 * 1000;

/** Passwords: changed by who knows the old one, reset by who reads the account's mail. */
@Injectable()
export class PasswordsService {
  constructor(
    private readonly accounts: AccountsRepository,
    private readonly tokens: EmailTokensRepository,
    private readonly sessions: SessionsService,
    private readonly hasher: PasswordHasher,
    private readonly texts: AccountMails,
    private readonly mails: MailService,
    private readonly audit: AuditTrail,
  ) {}

  /**
   * Sets a new password and ends every session but the caller's.
   * @throws AppError `invalid_credentials` for a wrong current password, `validation_failed` for a weak new one
   */
  async change(
    { account: accountId, session }: Pick<AccountPrincipal, 'account' | 'session'>,
    current: string,
    next: string,
    languages: readonly string[],
  ): Promise<void> {
    const account = await this.accounts.findById(accountId);
    if (!account || !(await this.hasher.matches(current, account.passwordHash))) {
      throw new AppError('invalid_credentials', 'The current password is wrong.');
    }
    assertStrong(next, account.email, 'newPassword');
    const { _id, passwordHash: present } = account;
    const passwordHash = await this.hasher.hash(next);
    const changed = await this.audit.recorded(
      (tx) => this.accounts.setPassword(_id, passwordHash, present, tx),
      (done) => (done ? accountChange('password_changed', account) : null),
    );
    if (!changed) throw new AppError('conflict', 'The password was changed a moment ago; try again.');
    await this.sessions.revokeAll(accountId, session);
    await this.afterChange({ email: account.email, languages });
  }

  /** Sends a code to set a new password, if the address has an account. Answer and work are the same if not. */
  async forgot(reader: Reader): Promise<void> {
    const { email } = reader;
    const now = new Date();
    const account = await this.accounts.findByEmail(email);
    const recent = await this.tokens.countSince(email, 'reset', new Date(now.getTime() - HOUR_MS));
    const code = newToken();
    const expiresAt = new Date(now.getTime() + HOUR_MS);
    await this.tokens.insert({ _id: hashToken(code), purpose: 'reset', email, createdAt: now, expiresAt });
    const wanted = account && recent < MAILS_PER_HOUR;
    await this.mails.send(wanted ? this.texts.reset(reader, code) : null, 'password-reset');
  }

  /**
   * Sets a new password by a code from a mail and ends every session.
   * @throws AppError `invalid_token`, `validation_failed` for a weak password (the code stays good then)
   */
  async reset(code: string, next: string, languages: readonly string[]): Promise<void> {
    const hash = hashToken(code);
    const asked = await this.tokens.find(hash, 'reset');
    const account = asked && (await this.accounts.findByEmail(asked.email));
    if (!account) throw invalid();
    assertStrong(next, account.email, 'newPassword');
    const passwordHash = await this.hasher.hash(next);
    if (!(await this.tokens.take(hash, 'reset'))) throw invalid();
    await this.audit.recorded(
      (tx) => this.accounts.setPassword(account._id, passwordHash, undefined, tx),
      (done) => (done ? accountChange('password_reset', account) : null),
    );
    await this.sessions.revokeAll(String(account._id));
    await this.afterChange({ email: account.email, languages });
  }

  /** Codes that were asked for are void, and the owner is told. */
  private async afterChange(reader: Reader): Promise<void> {
    await this.tokens.deleteAll(reader.email, 'reset');
    await this.mails.send(this.texts.passwordChanged(reader), 'password-changed');
  }
}

function invalid(): AppError {
  return new AppError('invalid_token', 'The code is wrong, used or expired; ask for a new one.');
}
