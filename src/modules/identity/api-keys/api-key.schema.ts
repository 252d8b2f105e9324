import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Types } from 'mongoose';
import { PRINCIPAL_ROLES, type PrincipalRole, type Scope } from '../../../platform/http/access.js';
import type { ShopDomain } from '../../../kernel/shop-domain.js';

@Schema({ collection: 'api_keys', versionKey: false })
export class ApiKeyDocument {
  _id: Types.ObjectId;
  /** The tenant; null for an operator's key. */
  @Prop({ type: String, default: null }) shop: ShopDomain | null;
  @Prop({ type: String, enum: PRINCIPAL_ROLES, required: true }) role: PrincipalRole;
  @Prop({ required: true }) name: string;
  /** SHA-256 of the secret: 256 random bits need no slow hash. */
  @Prop({ required: true }) hash: string;
  /** The first characters, to recognise a key by. */
  @Prop({ required: true }) prefix: string;
  @Prop({ type: [String], required: true }) scopes: Scope[];
  @Prop({ type: Date, required: true }) createdAt: Date;
  @Prop({ type: Date, default: null }) expiresAt: Date | null;
  @Prop({ type: Date, default: null }) lastUsedAt: Date | null;
  @Prop({ type: Date, default: null }) revokedAt: Date | null;
  /** CIDRs it works from; from anywhere when empty. */
  @Prop({ type: [String], default: [] }) ipAllowlist: string[];
  /** The key that took its place; both work until this one's `expiresAt`. */
  @Prop({ type: Types.ObjectId, default: null }) replacedBy: Types.ObjectId | null;
}

export const ApiKeySchema = SchemaFactory.createForClass(ApiKeyDocument);
