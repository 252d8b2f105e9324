import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Schema as MongooseSchema, type Types } from 'mongoose';
import type { ShopDomain } from '../../../kernel/shop-domain.js';
import type { OutboundFault } from '../../../platform/outbound/outbound-error.js';

export const DELIVERY_STATUSES = ['pending', 'delivered', 'failed'] as const;
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

/** One try as the log keeps it. */
export interface DeliveryAttempt {
  at: Date;
  url: string;
  /** From the look-up of the name to the end of what was read. */
  durationMs: number;
  /** HTTP status; null when there was no answer. */
  status: number | null;
  /** Beginning of the answer's body. */
  response: string;
  /** Why there was no answer; null when there was one. */
  error: { code: OutboundFault; message: string } | null;
}

/** An event for one endpoint. */
@Schema({ collection: 'webhook_deliveries', versionKey: false })
export class WebhookDeliveryDocument {
  _id: Types.ObjectId;
  @Prop({ type: String, required: true }) shop: ShopDomain;
  @Prop({ type: MongooseSchema.Types.ObjectId, required: true }) endpoint: Types.ObjectId;
  /** `webhook-id`: one event is one delivery an endpoint, however often it is told. */
  @Prop({ required: true }) eventId: string;
  @Prop({ required: true }) eventType: string;
  /** The request's body, signed as it stands. */
  @Prop({ required: true }) body: string;
  @Prop({ type: String, enum: DELIVERY_STATUSES, required: true }) status: DeliveryStatus;
  /** Tries since it was sent or replayed. */
  @Prop({ required: true }) tries: number;
  /** The latest tries, oldest first. */
  @Prop({ type: [MongooseSchema.Types.Mixed], required: true }) attempts: DeliveryAttempt[];
  /** When a pending delivery is tried next. */
  @Prop({ type: Date, required: true }) dueAt: Date;
  @Prop({ type: Date, required: true }) createdAt: Date;
  @Prop({ type: Date, default: null }) finishedAt: Date | null;
  /** TTL index. */
  @Prop({ type: Date, required: true }) expiresAt: Date;
}

export const WebhookDeliverySchema = SchemaFactory.createForClass(WebhookDeliveryDocument);
