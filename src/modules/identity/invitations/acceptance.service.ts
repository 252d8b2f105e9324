import { Injectable } from '@nestjs/common';
import type { ClientSession, Types } from 'mongoose';
import { AppError } from '../../../kernel/errors.js';
import type { PrincipalRole } from '../../../platform/http/access.js';
import type { Client } from '../../../platform/http/client.js';
import { hashToken } from '../../../platform/crypto/secret-token.js';
import { isDuplicateKey } from '../../../platform/database/database-errors.js';
import { AuditTrail } from '../../../platform/audit/audit-trail.js';
import { accountWritten, actAs } from '../accounts/account-audit.js';
import { AccountsRepository } from '../accounts/accounts.repository.js';
import { PasswordHasher } from '../accounts/password-hasher.js';
import { assertStrong } from '../accounts/password-policy.js';
import { memberChange } from '../members/member-audit.js';
import type { MembershipDocument } from '../members/membership.schema.js';
import { MembershipsRepository } from '../members/memberships.repository.js';
import { SessionsService, type Tokens } from '../sessions/sessions.service.js';
import type { InvitationDocument } from './invitation.schema.js';
import { InvitationsRepository } from './invitations.repository.js';

interface Invited {
  _id: Types.ObjectId;
  email: string;
  role: PrincipalRole;
}

/** Accepting an invitation: once, by the account of the address it was sent to. */
@Injectable()
export class AcceptanceService {
  constructor(
    private readonly repository: InvitationsRepository,
    private readonly accounts: AccountsRepository,
    private readonly memberships: MembershipsRepository,
    private readonly sessions: SessionsService,
    private readonly hasher: PasswordHasher,
    private readonly audit: AuditTrail,
  ) {}

  /**
   * Joins the caller's account.
   * @throws AppError `invalid_token`; `forbidden` when the invitation is for another address
   */
  async acceptAs(accountId: string, code: string): Promise<MembershipDocument> {
    const invitation = await this.open(code);
    const account = await this.accounts.findById(accountId);
    if (account?.email !== invitation.email) {
      throw new AppError(
        'forbidden',
        'The invitation was sent to another address; log in with the account of that one.',
      );
    }
    const { membership } = await this.join(invitation, () => Promise.resolve(account));
    this.sessions.forget(accountId);
    return membership;
  }

  /**
   * Joins the account of the invited address and logs it in: with its password if there is one, else it is made with the
   * password given. The code has proved that the address is the caller's.
   * @throws AppError `invalid_token`, `invalid_credentials`, `validation_failed` for a weak password of a new account
   */
  async acceptWith(code: string, password: string, client: Client): Promise<Tokens> {
    const invitation = await this.open(code);
    const { email, kind } = invitation;
    const known = await this.accounts.findByEmail(email);
    if (known) {
      if (!(await this.hasher.matches(password, known.passwordHash))) {
        throw new AppError(
          'invalid_credentials',
          'The invited address has an account, and this is not its password.',
        );
      }
    } else {
      assertStrong(password, email);
    }
    const passwordHash = known?.passwordHash ?? (await this.hasher.hash(password));
    const { account } = await this.join(invitation, async (session) => {
      if (known) return known;
      const role = kind === 'shop' ? 'merchant' : kind;
      const account = await this.accounts.insert({ email, passwordHash, role }, session);
      await this.audit.record(accountWritten(null, account), session);
      return account;
    });
    this.sessions.forget(String(account._id));
    return this.sessions.open(account, client);
  }

  private async open(code: string): Promise<InvitationDocument> {
    const invitation = await this.repository.findOpen(hashToken(code));
    if (!invitation) throw invalid();
    return invitation;
  }

  /** Closes the invitation and writes the membership, or neither; of two at the same moment one gets in. */
  private async join(
    { tokenHash }: InvitationDocument,
    accountOf: (session: ClientSession) => Promise<Invited>,
  ): Promise<{ account: Invited; membership: MembershipDocument }> {
    try {
      const join = async (session: ClientSession) => {
        const accepted = await this.repository.accept(tokenHash, session);
        if (!accepted) throw invalid();
        const account = await accountOf(session);
        const { email, role, scopes } = accepted;
        const membership = await this.memberships.put(
          accepted,
          { account: account._id, email, role, scopes },
          session,
        );
        actAs(account);
        return { account, membership };
      };
      return await this.audit.recorded(join, ({ membership }) => memberChange('created', membership));
    } catch (error) {
      // the address got its account between our look and our write
      if (isDuplicateKey(error))
        throw new AppError('conflict', 'The account was made a moment ago; log in and accept again.');
      throw error;
    }
  }
}

function invalid(): AppError {
  return new AppError(
    'invalid_token',
    'The invitation is accepted already, revoked, expired or not one of ours; ask for a new one.',
  );
}
