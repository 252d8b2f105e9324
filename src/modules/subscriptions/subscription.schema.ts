import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Schema as MongooseSchema, type Types } from 'mongoose';
import type { ShopDomain } from '../../kernel/shop-domain.js';
import { SUBSCRIPTION_STATUSES, type Subscription, type SubscriptionStatus } from './subscription.js';

@Schema({ collection: 'subscriptions', versionKey: false })
export class SubscriptionDocument implements Subscription {
  _id: Types.ObjectId;
  @Prop({ type: String, required: true }) shop: ShopDomain;
  @Prop({ required: true }) plan: string;
  @Prop({ type: String, enum: SUBSCRIPTION_STATUSES, required: true }) status: SubscriptionStatus;
  @Prop({ type: Date, default: null }) trialEndsAt: Date | null;
  @Prop({ type: MongooseSchema.Types.Mixed, required: true }) usage: { products: number };
  /** When `usage` last moved: the reconciler leaves a counter alone while writes are under way. */
  @Prop({ type: Date, required: true }) usageChangedAt: Date;
  @Prop({ type: [MongooseSchema.Types.Mixed], required: true }) history: Subscription['history'];
  @Prop({ required: true }) version: number;
  @Prop({ type: Date, required: true }) createdAt: Date;
  @Prop({ type: Date, required: true }) updatedAt: Date;
}

export const SubscriptionSchema = SchemaFactory.createForClass(SubscriptionDocument);
