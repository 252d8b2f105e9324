import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Model, trusted, Types, type ClientSession } from 'mongoose';
import type { TenantRef } from '../members/tenant-ref.js';
import { InvitationDocument } from './invitation.schema.js';

export type NewInvitation = Pick<
  InvitationDocument,
  'email' | 'role' | 'scopes' | 'tokenHash' | 'invitedBy' | 'expiresAt'
>;

const HINT = 'tenant_kind_state_createdAt';

@Injectable()
export class InvitationsRepository {
  constructor(
    @InjectModel(InvitationDocument.name) private readonly invitations: Model<InvitationDocument>,
  ) {}

  /** Opens an invitation; an open one to the same address is renewed and its code is void. */
  async put(
    { kind, tenant }: TenantRef,
    invitation: NewInvitation,
    session: ClientSession,
  ): Promise<InvitationDocument> {
    return this.invitations
      .findOneAndUpdate(
        { openKey: `${kind}/${tenant}/${invitation.email}` },
        { $set: { ...invitation, kind, tenant, state: 'open', createdAt: new Date() } },
        { upsert: true, returnDocument: 'after', session },
      )
      .hint('openKey')
      .lean<InvitationDocument>()
      .orFail();
  }

  /** The invitation that is open under this code. Not scoped by tenant: it is what tells the tenant. */
  async findOpen(tokenHash: string): Promise<InvitationDocument | null> {
    return this.invitations.findOne(acceptable(tokenHash)).hint('tokenHash').lean<InvitationDocument>();
  }

  /** Closes the invitation as accepted; null when somebody else did, or it was revoked or has expired. */
  async accept(tokenHash: string, session: ClientSession): Promise<InvitationDocument | null> {
    return this.invitations
      .findOneAndUpdate(
        acceptable(tokenHash),
        { $set: { state: 'accepted' }, $unset: { openKey: 1 } },
        { session, returnDocument: 'after' },
      )
      .hint('tokenHash')
      .lean<InvitationDocument>();
  }

  async revoke({ kind, tenant }: TenantRef, id: string, session: ClientSession): Promise<boolean> {
    if (!Types.ObjectId.isValid(id)) return false;
    const { modifiedCount } = await this.invitations.updateOne(
      { _id: new Types.ObjectId(id), kind, tenant, state: 'open' },
      { $set: { state: 'revoked' }, $unset: { openKey: 1 } },
      { session },
    );
    return modifiedCount === 1;
  }

  /** Open ones, newest first. */
  async list({ kind, tenant }: TenantRef, offset: number, limit: number): Promise<InvitationDocument[]> {
    return this.invitations
      .find({ tenant, kind, state: 'open' })
      .sort({ createdAt: -1 })
      .skip(offset)
      .limit(limit)
      .hint(HINT)
      .lean<InvitationDocument[]>();
  }

  async count({ kind, tenant }: TenantRef): Promise<number> {
    return this.invitations.countDocuments({ tenant, kind, state: 'open' }).hint(HINT);
  }

  async deleteAll({ kind, tenant }: TenantRef): Promise<void> {
    await this.invitations.deleteMany({ tenant, kind }).hint(HINT);
  }
}

function acceptable(tokenHash: string) {
  return { tokenHash, state: 'open' as const, expiresAt: trusted({ $gt: new Date() }) };
}
