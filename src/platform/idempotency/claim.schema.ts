import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Schema as MongooseSchema, type mongo } from 'mongoose';

/** One use of an Idempotency-Key: who works on it, and the answer once there is one. */
@Schema({ collection: 'idempotency_keys', versionKey: false })
export class ClaimDocument {
  /** SHA-256 of tenant (or principal), method, path and key. */
  @Prop({ type: String, required: true }) _id: string;
  /** The tenant whose data the answer may hold. */
  @Prop({ type: String }) shop?: string;
  /** Whose request it is; the answer is given to nobody else. */
  @Prop({ required: true }) principal: string;
  /** Null until an upload has arrived whole. */
  @Prop({ type: String, default: null }) fingerprint: string | null;
  @Prop({ type: String, enum: ['running', 'done'], required: true }) state: 'running' | 'done';
  /** Names the try that holds the claim; a try that lost it can neither complete nor release it. */
  @Prop({ required: true }) owner: string;
  /** A try that does not renew its claim until then is taken for dead. */
  @Prop({ type: Date, required: true }) lockedUntil: Date;
  @Prop({ required: true }) tries: number;
  /** What ids and secrets of the request are derived from; removed when the answer is stored. */
  @Prop({ type: MongooseSchema.Types.Buffer }) seed?: mongo.Binary;
  /** The answer, sealed. */
  @Prop({ type: String }) answer?: string;
  @Prop({ type: Date, required: true }) createdAt: Date;
  /** TTL index. */
  @Prop({ type: Date, required: true }) expiresAt: Date;
}

export const ClaimSchema = SchemaFactory.createForClass(ClaimDocument);
