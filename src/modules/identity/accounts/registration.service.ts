import { Injectable } from '@nestjs/common';
import { AppError } from '../../../kernel/errors.js';
import { hashToken, newToken } from '../../../platform/crypto/secret-token.js';
import { isDuplicateKey } from '../../../platform/database/database-errors.js';
import { AuditTrail } from '../../../platform/audit/audit-trail.js';
import { MailService } from '../../../platform/mail/mail.service.js';
import { accountWritten } from './account-audit.js';
import { AccountMails, type Reader } from './account-mails.js';
import { AccountsRepository } from './accounts.repository.js';
import { EmailTokensRepository } from './email-tokens.repository.js';
import { PasswordHasher } from './password-hasher.js';
import { assertStrong } from './password-policy.js';

const HOUR_MS = 3600 * 1000;
const LIFE_MS = 24 * HOUR_MS;
/** Mails one address gets in an hour, whoever asks for them. */
export const MAILS_PER_HOUR = 5;

/**
 * Self-registration of merchants. The account is made when the address is confirmed, with the password of that very
 * registration: until then nobody can log in, and nobody can prepare an account for somebody else's address.
 */
@Injectable()
export class RegistrationService {
  constructor(
    private readonly accounts: AccountsRepository,
    private readonly tokens: EmailTokensRepository,
    private readonly hasher: PasswordHasher,
    private readonly texts: AccountMails,
    private readonly mails: MailService,
    private readonly audit: AuditTrail,
  ) {}

  /**
   * Sends a code to confirm the address, or says by mail that it has an account. Answer and work are the same.
   * @throws AppError `validation_failed` for a weak password
   */
  async register(reader: Reader, password: string): Promise<void> {
    const { email } = reader;
    assertStrong(password, email);
    const now = new Date();
    const passwordHash = await this.hasher.hash(password);
    const known = await this.accounts.findByEmail(email);
    const recent = await this.tokens.countSince(email, 'verify', new Date(now.getTime() - HOUR_MS));
    const code = newToken();
    const expiresAt = new Date(now.getTime() + LIFE_MS);
    await this.tokens.insert({
      _id: hashToken(code),
      purpose: 'verify',
      email,
      passwordHash,
      createdAt: now,
      expiresAt,
    });
    const mail = known ? this.texts.alreadyRegistered(reader) : this.texts.verification(reader, code);
    await this.mails.send(recent < MAILS_PER_HOUR ? mail : null, 'registration');
  }

  /**
   * Makes the account of a registration.
   * @throws AppError `invalid_token` when the code is wrong, used or expired, or the address has an account by now
   */
  async verify(code: string): Promise<void> {
    const registration = await this.tokens.take(hashToken(code), 'verify');
    const { email, passwordHash } = registration ?? {};
    if (!email || !passwordHash) throw invalid();
    try {
      await this.audit.recorded(
        (session) => this.accounts.insert({ email, passwordHash, role: 'merchant' }, session),
        (account) => accountWritten(null, account),
      );
    } catch (error) {
      if (isDuplicateKey(error, 'email')) throw invalid();
      throw error;
    }
    await this.tokens.deleteAll(email, 'verify');
  }
}

function invalid(): AppError {
  return new AppError(
    'invalid_token',
    'The code is wrong, used or expired; register again for a new one, or log in.',
  );
}
