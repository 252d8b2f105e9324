import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Types } from 'mongoose';
import type { Scope } from '../../../platform/http/access.js';
import {
  MEMBER_ROLES,
  TENANT_KINDS,
  type MemberRole,
  type TenantKind,
  type TenantRef,
} from './tenant-ref.js';

@Schema({ collection: 'memberships', versionKey: false })
export class MembershipDocument implements TenantRef {
  _id: Types.ObjectId;
  @Prop({ type: Types.ObjectId, required: true }) account: Types.ObjectId;
  /** Lower case, as the account has it. */
  @Prop({ required: true }) email: string;
  @Prop({ type: String, enum: TENANT_KINDS, required: true }) kind: TenantKind;
  @Prop({ type: String, required: true }) tenant: string;
  @Prop({ type: String, enum: MEMBER_ROLES, required: true }) role: MemberRole;
  /** Of staff; an owner has every scope. */
  @Prop({ type: [String], required: true }) scopes: Scope[];
  @Prop({ type: Date, required: true }) createdAt: Date;
  /** Written by whoever changes the owners, so that two such changes cannot both pass unseen by the other. */
  @Prop({ type: Number, default: 0 }) revision: number;
}

export const MembershipSchema = SchemaFactory.createForClass(MembershipDocument);
