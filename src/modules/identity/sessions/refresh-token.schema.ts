import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Types } from 'mongoose';

@Schema({ collection: 'refresh_tokens', versionKey: false })
export class RefreshTokenDocument {
  /** SHA-256 of the token, hex. */
  @Prop({ type: String, required: true }) _id: string;
  @Prop({ type: Types.ObjectId, required: true }) session: Types.ObjectId;
  /** When it was exchanged for its successor. */
  @Prop({ type: Date, default: null }) usedAt: Date | null;
  /** Used ones stay until then, so that a replay is noticed (TTL index). */
  @Prop({ type: Date, required: true }) expiresAt: Date;
}

export const RefreshTokenSchema = SchemaFactory.createForClass(RefreshTokenDocument);
