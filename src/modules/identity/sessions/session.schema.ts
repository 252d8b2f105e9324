import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Types } from 'mongoose';

/** One login on one device, and the family of refresh tokens that come from it. */
@Schema({ collection: 'sessions', versionKey: false })
export class SessionDocument {
  _id: Types.ObjectId;
  @Prop({ type: Types.ObjectId, required: true }) account: Types.ObjectId;
  @Prop({ type: String, default: '' }) ip: string;
  @Prop({ type: String, default: '' }) userAgent: string;
  @Prop({ type: Date, required: true }) createdAt: Date;
  @Prop({ type: Date, required: true }) lastUsedAt: Date;
  /** Moves on with each refresh (TTL index). */
  @Prop({ type: Date, required: true }) expiresAt: Date;
  @Prop({ type: Date, default: null }) revokedAt: Date | null;
  /** Of a login to the pages: the hash of what its cookie holds. Such a session has no other tokens. */
  @Prop({ type: String }) pageToken?: string;
}

export const SessionSchema = SchemaFactory.createForClass(SessionDocument);
