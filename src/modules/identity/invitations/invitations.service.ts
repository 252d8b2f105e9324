import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { Config } from '../../../config/config.js';
import { CONFIG } from '../../../config/config.module.js';
import { AppError } from '../../../kernel/errors.js';
import type { ShopDomain } from '../../../kernel/shop-domain.js';
import type { Scope } from '../../../platform/http/access.js';
import { hashToken, newToken } from '../../../platform/crypto/secret-token.js';
import { AuditTrail } from '../../../platform/audit/audit-trail.js';
import { MailService } from '../../../platform/mail/mail.service.js';
import { writeMail } from '../../../platform/mail/write-mail.js';
import { TenantData } from '../../../platform/tenancy/tenant-data.js';
import { TenantDirectory } from '../../../platform/tenancy/tenant-directory.js';
import { MembershipsRepository } from '../members/memberships.repository.js';
import { shopOf } from '../members/member-audit.js';
import { ofShop, type MemberRole, type TenantRef } from '../members/tenant-ref.js';
import { OrganisationsService } from '../organisations/organisations.service.js';
import type { InvitationDocument } from './invitation.schema.js';
import { invitationMail } from './invitation-template.js';
import { InvitationsRepository } from './invitations.repository.js';

const LIFE_MS = 7 * 24 * 3600 * 1000;

export interface Invite {
  email: string;
  role: MemberRole;
  /** Of staff; an owner has every scope. */
  scopes: readonly Scope[];
  /** `Principal.id`. */
  invitedBy: string;
  /** What the inviter reads: the mail's, where a shop's own is not known. */
  languages?: readonly string[];
}

/** Invitations to a shop or an organisation: sent, listed, revoked. */
@Injectable()
export class InvitationsService implements OnModuleInit {
  constructor(
    private readonly repository: InvitationsRepository,
    private readonly memberships: MembershipsRepository,
    private readonly organisations: OrganisationsService,
    private readonly shops: TenantDirectory,
    private readonly mails: MailService,
    private readonly audit: AuditTrail,
    private readonly tenants: TenantData,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  onModuleInit(): void {
    this.tenants.register('invitations', (shop) => this.repository.deleteAll(ofShop(shop)));
  }

  /**
   * Sends a code to the address; an open invitation to it is renewed, its old code is void. Whether the address has an
   * account makes no difference.
   * @throws AppError `already_member`
   */
  async invite(
    tenant: TenantRef,
    { email, role, scopes, invitedBy, languages = [] }: Invite,
  ): Promise<InvitationDocument> {
    if (await this.memberships.hasEmail(tenant, email)) {
      throw new AppError('already_member', `${email} is a member already.`);
    }
    const code = newToken();
    const granted = role === 'owner' ? [] : [...scopes];
    const expiresAt = new Date(Date.now() + LIFE_MS);
    const wanted = { email, role, scopes: granted, tokenHash: hashToken(code), invitedBy, expiresAt };
    const invitation = await this.audit.recorded(
      (session) => this.repository.put(tenant, wanted, session),
      ({ _id }) => ({
        ...{ action: 'created', resource: 'invitation', resourceId: String(_id), shop: shopOf(tenant) },
        after: { ...tenant, email, role, scopes: granted, expiresAt },
      }),
    );
    const { name, language } = await this.inviting(tenant);
    const url = `${this.config.mail.appUrl}/accept-invitation#token=${code}`;
    const variables = { url, code, tenantName: name, owner: role === 'owner' ? 'yes' : '' };
    const mail = writeMail(invitationMail, variables, { to: email }, [language, ...languages]);
    await this.mails.send(mail, mail.kind, shopOf(tenant));
    return invitation;
  }

  async list(tenant: TenantRef, offset: number, limit: number) {
    return {
      invitations: await this.repository.list(tenant, offset, limit),
      total: await this.repository.count(tenant),
    };
  }

  /** @throws AppError `invitation_not_found` when there is none that is open */
  async revoke(tenant: TenantRef, id: string): Promise<void> {
    const revoked = await this.audit.recorded(
      (session) => this.repository.revoke(tenant, id, session),
      (done) =>
        done ? { action: 'revoked', resource: 'invitation', resourceId: id, shop: shopOf(tenant) } : null,
    );
    if (revoked) return;
    throw new AppError('invitation_not_found', `There is no open invitation "${id}".`);
  }

  /** In whose name it comes, and what that speaks. */
  private async inviting({ kind, tenant }: TenantRef): Promise<{ name: string; language: string | null }> {
    if (kind !== 'shop') return { name: (await this.organisations.get(tenant)).name, language: null };
    return (await this.shops.profile(tenant as ShopDomain)) ?? { name: tenant, language: null };
  }
}
