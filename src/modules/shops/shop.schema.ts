import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Schema as MongooseSchema, type Types } from 'mongoose';
import type { ShopDomain } from '../../kernel/shop-domain.js';
import type { Shop, ShopLocale } from './shop.js';

@Schema({ collection: 'shops', versionKey: false })
export class ShopDocument implements Shop {
  _id: Types.ObjectId;
  @Prop({ type: String, required: true }) shop: ShopDomain;
  @Prop({ required: true }) name: string;
  @Prop({ type: String, default: '' }) email: string;
  @Prop({ required: true }) primaryDomain: string;
  @Prop({ required: true }) currency: string;
  @Prop({ required: true }) timeZone: string;
  @Prop({ type: [MongooseSchema.Types.Mixed], required: true }) locales: ShopLocale[];
  @Prop({ type: [String], default: [] }) ipAllowlist: string[];
  @Prop({ type: Boolean, default: true }) customerNotices: boolean;
  @Prop({ type: Date, required: true }) installedAt: Date;
  @Prop({ type: Date, default: null }) uninstalledAt: Date | null;
  /** Names the request that installed it, so that its repetition knows its own work. */
  @Prop({ type: MongooseSchema.Types.ObjectId }) installation?: Types.ObjectId;
  /** Set while the purge runs: from then on the shop cannot be installed again until it is gone. */
  @Prop({ type: Date }) purgingAt?: Date;
  @Prop({ required: true }) version: number;
  @Prop({ type: Date, required: true }) createdAt: Date;
  @Prop({ type: Date, required: true }) updatedAt: Date;
}

export const ShopSchema = SchemaFactory.createForClass(ShopDocument);
