import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';

export const EMAIL_PURPOSES = ['verify', 'reset'] as const;
export type EmailPurpose = (typeof EMAIL_PURPOSES)[number];

/** What a code sent by mail is good for, once. */
@Schema({ collection: 'email_tokens', versionKey: false })
export class EmailTokenDocument {
  /** SHA-256 of the code, hex. */
  @Prop({ type: String, required: true }) _id: string;
  @Prop({ type: String, enum: EMAIL_PURPOSES, required: true }) purpose: EmailPurpose;
  @Prop({ required: true }) email: string;
  /** Of a registration: the account it becomes has this password. */
  @Prop({ type: String }) passwordHash?: string;
  @Prop({ type: Date, required: true }) createdAt: Date;
  /** TTL index. */
  @Prop({ type: Date, required: true }) expiresAt: Date;
}

export const EmailTokenSchema = SchemaFactory.createForClass(EmailTokenDocument);
