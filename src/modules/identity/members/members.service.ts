import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Types, type ClientSession } from 'mongoose';
import { AppError } from '../../../kernel/errors.js';
import { AuditTrail } from '../../../platform/audit/audit-trail.js';
import { TenantData } from '../../../platform/tenancy/tenant-data.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { memberChange } from './member-audit.js';
import type { MembershipDocument } from './membership.schema.js';
import { MembershipsRepository } from './memberships.repository.js';
import { ofShop, type TenantRef } from './tenant-ref.js';

/** Who belongs to a shop or an organisation. */
@Injectable()
export class MembersService implements OnModuleInit {
  constructor(
    private readonly repository: MembershipsRepository,
    private readonly audit: AuditTrail,
    private readonly sessions: SessionsService,
    private readonly tenants: TenantData,
  ) {}

  onModuleInit(): void {
    this.tenants.register('members', (shop) => this.repository.deleteAll(ofShop(shop)));
  }

  async list(
    tenant: TenantRef,
    offset: number,
    limit: number,
  ): Promise<{ members: MembershipDocument[]; total: number }> {
    return {
      members: await this.repository.list(tenant, offset, limit),
      total: await this.repository.count(tenant),
    };
  }

  /** What an account is a member of. */
  async of(account: string): Promise<MembershipDocument[]> {
    return this.repository.ofAccount(new Types.ObjectId(account));
  }

  /** Makes an account an owner without an invitation: for operators at the console. */
  async addOwner(tenant: TenantRef, { _id, email }: { _id: Types.ObjectId; email: string }): Promise<void> {
    const owner = { account: _id, email, role: 'owner' as const, scopes: [] };
    await this.audit.recorded(
      (session) => this.repository.put(tenant, owner, session),
      (member) => memberChange('created', member),
    );
    this.sessions.forget(String(_id));
  }

  /**
   * Ends a membership; its sessions lose the tenant at once here and within five seconds elsewhere. Of two owners who
   * remove each other at the same moment, one stays.
   * @throws AppError `member_not_found`, `last_owner`
   */
  async remove(tenant: TenantRef, account: string): Promise<void> {
    const unknown = new AppError('member_not_found', `"${account}" is not a member.`);
    if (!Types.ObjectId.isValid(account)) throw unknown;
    const remove = async (session: ClientSession) => {
      const owners = await this.repository.lockOwners(tenant, session);
      const removed = await this.repository.remove(tenant, new Types.ObjectId(account), session);
      if (!removed) throw unknown;
      if (removed.role === 'owner' && owners === 1) {
        throw new AppError('last_owner', 'The last owner cannot be removed; invite another one first.');
      }
      return removed;
    };
    await this.audit.recorded(remove, (removed) => memberChange('deleted', removed));
    this.sessions.forget(account);
  }
}
