import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import type { JWK } from 'jose';
import { Schema as MongooseSchema } from 'mongoose';

@Schema({ collection: 'signing_keys', versionKey: false })
export class SigningKeyDocument {
  /** `kid`: the public key's thumbprint (RFC 7638). */
  @Prop({ type: String, required: true }) _id: string;
  @Prop({ type: MongooseSchema.Types.Mixed, required: true }) publicJwk: JWK;
  /** The private JWK, sealed under SECRET_KEY with `_id` as its context. */
  @Prop({ required: true }) sealedKey: string;
  @Prop({ type: Date, required: true }) createdAt: Date;
  /** From when it signs; it is published before, so that verifiers know it in time. */
  @Prop({ type: Date, required: true }) activeFrom: Date;
  /** When it is neither used nor published any more (TTL index); null for the newest. */
  @Prop({ type: Date, default: null }) expiresAt: Date | null;
}

export const SigningKeySchema = SchemaFactory.createForClass(SigningKeyDocument);
