import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Schema as MongooseSchema, type Types } from 'mongoose';
import type { ShopDomain } from '../../../kernel/shop-domain.js';

export const ENDPOINT_STATUSES = ['enabled', 'disabled'] as const;
export type EndpointStatus = (typeof ENDPOINT_STATUSES)[number];

/** `manual`: by the tenant; `gone`: it answered 410; `failing`: for days nothing succeeded. */
export const DISABLED_REASONS = ['manual', 'gone', 'failing'] as const;
export type DisabledReason = (typeof DISABLED_REASONS)[number];

export interface StoredSecret {
  /** `whsec_…`, readable for the holders of SECRET_KEY only. */
  sealed: string;
  createdAt: Date;
  /** End of the overlap after a rotation; null for the one in force. */
  expiresAt: Date | null;
}

/** How an endpoint fares: changed by deliveries, not by its owner. */
export interface EndpointHealth {
  /** Failures since the last success. */
  failures: number;
  failingSince: Date | null;
  /** Nothing is sent before this time: the circuit is open, or the endpoint asked for it. */
  pausedUntil: Date | null;
  lastSuccessAt: Date | null;
}

export const HEALTHY: EndpointHealth = {
  failures: 0,
  failingSince: null,
  pausedUntil: null,
  lastSuccessAt: null,
};

@Schema({ collection: 'webhook_endpoints', versionKey: false })
export class WebhookEndpointDocument {
  _id: Types.ObjectId;
  @Prop({ type: String, required: true }) shop: ShopDomain;
  /** Unique in the shop and bounded: what keeps the number of endpoints within its limit. */
  @Prop({ required: true }) place: number;
  @Prop({ required: true }) url: string;
  @Prop({ type: String, default: '' }) description: string;
  /** Names of event types; all when empty. */
  @Prop({ type: [String], required: true }) eventTypes: string[];
  @Prop({ type: String, enum: ENDPOINT_STATUSES, required: true }) status: EndpointStatus;
  @Prop({ type: String, default: null }) disabledReason: DisabledReason | null;
  @Prop({ type: Date, default: null }) disabledAt: Date | null;
  @Prop({ type: [MongooseSchema.Types.Mixed], required: true }) secrets: StoredSecret[];
  @Prop({ type: MongooseSchema.Types.Mixed, required: true }) health: EndpointHealth;
  /** The `failingSince` that its shop was told of. */
  @Prop({ type: Date }) warnedOf?: Date;
  /** When deliveries are to be looked at next; absent while none waits. A run moves it ahead as its lease. */
  @Prop({ type: Date }) dueAt?: Date;
  @Prop({ required: true }) version: number;
  @Prop({ type: Date, required: true }) createdAt: Date;
  @Prop({ type: Date, required: true }) updatedAt: Date;
}

export const WebhookEndpointSchema = SchemaFactory.createForClass(WebhookEndpointDocument);
