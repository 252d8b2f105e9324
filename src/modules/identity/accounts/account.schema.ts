import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import type { Types } from 'mongoose';
import { PRINCIPAL_ROLES, type PrincipalRole } from '../../../platform/http/access.js';

@Schema({ collection: 'users', versionKey: false })
export class AccountDocument {
  _id: Types.ObjectId;
  /** Lower case; unique. */
  @Prop({ required: true }) email: string;
  /** argon2id, PHC string. */
  @Prop({ required: true }) passwordHash: string;
  @Prop({ type: String, enum: PRINCIPAL_ROLES, required: true }) role: PrincipalRole;
  @Prop({ type: Date, required: true }) createdAt: Date;
}

export const AccountSchema = SchemaFactory.createForClass(AccountDocument);
