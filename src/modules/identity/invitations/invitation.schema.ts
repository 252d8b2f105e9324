import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import type { Types } from 'mongoose';
import type { Scope } from '../../../platform/http/access.js';
import {
  MEMBER_ROLES,
  TENANT_KINDS,
  type MemberRole,
  type TenantKind,
  type TenantRef,
} from '../members/tenant-ref.js';

export const INVITATION_STATES = ['open', 'accepted', 'revoked'] as const;
export type InvitationState = (typeof INVITATION_STATES)[number];

@Schema({ collection: 'invitations', versionKey: false })
export class InvitationDocument implements TenantRef {
  _id: Types.ObjectId;
  @Prop({ type: String, enum: TENANT_KINDS, required: true }) kind: TenantKind;
  @Prop({ type: String, required: true }) tenant: string;
  /** Lower case; only its account can accept. */
  @Prop({ required: true }) email: string;
  @Prop({ type: String, enum: MEMBER_ROLES, required: true }) role: MemberRole;
  @Prop({ type: [String], required: true }) scopes: Scope[];
  /** SHA-256 of the code, hex. */
  @Prop({ required: true }) tokenHash: string;
  @Prop({ type: String, enum: INVITATION_STATES, required: true }) state: InvitationState;
  /** While open; one open invitation a tenant and address. */
  @Prop({ type: String }) openKey?: string;
  /** `Principal.id` of who invited. */
  @Prop({ required: true }) invitedBy: string;
  @Prop({ type: Date, required: true }) createdAt: Date;
  /** Removed thirty days later (TTL index). */
  @Prop({ type: Date, required: true }) expiresAt: Date;
}

export const InvitationSchema = SchemaFactory.createForClass(InvitationDocument);
