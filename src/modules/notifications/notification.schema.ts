import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Schema as MongooseSchema, type Types } from 'mongoose';

export const NOTIFICATION_CHANNELS = ['email', 'sms'] as const;
export type NotificationChannel = (typeof NOTIFICATION_CHANNELS)[number];

/** `sent` is taken by the server or provider; whether it was read nobody knows. */
export const NOTIFICATION_STATUSES = ['queued', 'sent', 'failed', 'suppressed', 'bounced'] as const;
export type NotificationStatus = (typeof NOTIFICATION_STATUSES)[number];

export const NOTIFICATION_ERRORS = [
  'not_configured',
  'unreachable',
  'refused',
  'bounced',
  'suppressed',
  'gave_up',
] as const;

export interface NotificationError {
  code: (typeof NOTIFICATION_ERRORS)[number];
  detail: string;
}

export const SUBJECT_KINDS = ['order', 'transport_order'] as const;

/** What it is about. */
export interface NotificationSubject {
  kind: (typeof SUBJECT_KINDS)[number];
  id: string;
}

/** One message to one person. */
@Schema({ collection: 'notifications', versionKey: false })
export class NotificationDocument {
  _id: Types.ObjectId;
  /** Whose it is: a shop's domain, or the id of an organisation. */
  @Prop({ required: true }) tenant: string;
  @Prop({ type: MongooseSchema.Types.Mixed, required: true }) subject: NotificationSubject;
  /** Names the event that caused it: an event is one message, however often it is told. */
  @Prop({ type: String }) cause?: string;
  @Prop({ type: String, enum: NOTIFICATION_CHANNELS, required: true }) channel: NotificationChannel;
  @Prop({ required: true }) template: string;
  @Prop({ required: true }) templateVersion: number;
  @Prop({ required: true }) language: string;
  @Prop({ required: true }) to: string;
  @Prop({ type: String, enum: NOTIFICATION_STATUSES, required: true }) status: NotificationStatus;
  /** What is sent, sealed; gone once nothing is to be sent any more. */
  @Prop({ type: String, default: null }) content: string | null;
  /** Set before it is handed over, taken back when the outcome is known: what stands there after a crash is unknown. */
  @Prop({ type: Date, default: null }) handedOverAt: Date | null;
  @Prop({ required: true }) tries: number;
  /** How many tries ended without anybody knowing whether it was sent. */
  @Prop({ required: true }) unknownTries: number;
  @Prop({ type: MongooseSchema.Types.Mixed, default: null }) error: NotificationError | null;
  /** What the provider calls it. */
  @Prop({ type: String, default: null }) providerId: string | null;
  @Prop({ type: Date, required: true }) createdAt: Date;
  @Prop({ type: Date, default: null }) sentAt: Date | null;
  /** TTL index. */
  @Prop({ type: Date, required: true }) expiresAt: Date;
}

export const NotificationSchema = SchemaFactory.createForClass(NotificationDocument);
