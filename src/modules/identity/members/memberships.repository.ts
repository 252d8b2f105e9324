import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Model, Types, type ClientSession } from 'mongoose';
import type { Scope } from '../../../platform/http/access.js';
import { MembershipDocument } from './membership.schema.js';
import type { MemberRole, TenantRef } from './tenant-ref.js';

const HINT = 'tenant_kind_createdAt';

export interface NewMember {
  account: Types.ObjectId;
  email: string;
  role: MemberRole;
  scopes: readonly Scope[];
}

@Injectable()
export class MembershipsRepository {
  constructor(
    @InjectModel(MembershipDocument.name) private readonly memberships: Model<MembershipDocument>,
  ) {}

  /** What an account is a member of. Not scoped by tenant: it is what tells the tenants. */
  async ofAccount(account: Types.ObjectId): Promise<MembershipDocument[]> {
    return this.memberships.find({ account }).hint('account_tenant_kind').lean<MembershipDocument[]>();
  }

  /** Makes an account a member, or gives a member this role and these scopes. */
  async put(
    { kind, tenant }: TenantRef,
    member: NewMember,
    session: ClientSession,
  ): Promise<MembershipDocument> {
    const { account, email, role, scopes } = member;
    return this.memberships
      .findOneAndUpdate(
        { account, tenant, kind },
        {
          $set: { email, role, scopes: [...scopes] },
          $setOnInsert: { createdAt: new Date() },
          $inc: { revision: 1 },
        },
        { upsert: true, returnDocument: 'after', session },
      )
      .lean<MembershipDocument>()
      .orFail();
  }

  async find({ kind, tenant }: TenantRef, account: Types.ObjectId): Promise<MembershipDocument | null> {
    return this.memberships
      .findOne({ account, tenant, kind })
      .hint('account_tenant_kind')
      .lean<MembershipDocument>();
  }

  async hasEmail({ kind, tenant }: TenantRef, email: string): Promise<boolean> {
    const found = await this.memberships
      .findOne({ tenant, kind, email }, { _id: 1 })
      .hint('tenant_kind_email')
      .lean<MembershipDocument>();
    return found !== null;
  }

  /** Oldest first. */
  async list({ kind, tenant }: TenantRef, offset: number, limit: number): Promise<MembershipDocument[]> {
    return this.memberships
      .find({ tenant, kind })
      .sort({ createdAt: 1 })
      .skip(offset)
      .limit(limit)
      .hint(HINT)
      .lean<MembershipDocument[]>();
  }

  async count({ kind, tenant }: TenantRef): Promise<number> {
    return this.memberships.countDocuments({ tenant, kind }).hint(HINT);
  }

  /** Writes to every owner of the tenant, which makes a parallel change of them wait; returns how many there are. */
  async lockOwners({ kind, tenant }: TenantRef, session: ClientSession): Promise<number> {
    const { matchedCount } = await this.memberships
      .updateMany({ tenant, kind, role: 'owner' }, { $inc: { revision: 1 } }, { session })
      .hint(HINT);
    return matchedCount;
  }

  async remove(
    { kind, tenant }: TenantRef,
    account: Types.ObjectId,
    session: ClientSession,
  ): Promise<MembershipDocument | null> {
    return this.memberships
      .findOneAndDelete({ account, tenant, kind }, { session })
      .lean<MembershipDocument>();
  }

  /** Forgets everybody's membership of the tenant. */
  async deleteAll({ kind, tenant }: TenantRef): Promise<void> {
    await this.memberships.deleteMany({ tenant, kind }).hint(HINT);
  }
}
