import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import type { Types } from 'mongoose';

export const SUPPRESSION_REASONS = ['bounce', 'complaint', 'unsubscribe', 'manual'] as const;
export type SuppressionReason = (typeof SUPPRESSION_REASONS)[number];

/** For everybody's mails. */
export const EVERYWHERE = '*';

/** An address that is sent less, or nothing, and why. */
@Schema({ collection: 'mail_suppressions', versionKey: false })
export class MailSuppressionDocument {
  _id: Types.ObjectId;
  /** Lower case. */
  @Prop({ required: true }) address: string;
  /** The tenant whose mails it is about; `*` for all. */
  @Prop({ required: true }) scope: string;
  @Prop({ type: String, enum: SUPPRESSION_REASONS, required: true }) reason: SuppressionReason;
  /** What the server said, or the operator. */
  @Prop({ type: String, default: '' }) detail: string;
  @Prop({ type: Date, required: true }) createdAt: Date;
}

export const MailSuppressionSchema = SchemaFactory.createForClass(MailSuppressionDocument);
