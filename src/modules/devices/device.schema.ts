import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import type { Types } from 'mongoose';
import type { ShopDomain } from '../../kernel/shop-domain.js';
import { DEVICE_STATUSES, type DeviceStatus } from './device.js';

@Schema({ collection: 'devices', versionKey: false })
export class DeviceDocument {
  _id: Types.ObjectId;
  @Prop({ type: String, required: true }) shop: ShopDomain;
  @Prop({ required: true }) productId: string;
  @Prop({ required: true }) variantId: string;
  @Prop({ required: true }) serial: string;
  /** Absent rather than null: the unique index holds those that have one. */
  @Prop({ type: String }) imei?: string;
  @Prop({ type: String, enum: DEVICE_STATUSES, required: true }) status: DeviceStatus;
  @Prop({ type: String, default: null }) orderId: string | null;
  @Prop({ type: String, default: null }) lineId: string | null;
  @Prop({ type: String, default: '' }) note: string;
  @Prop({ required: true }) version: number;
  @Prop({ type: Date, required: true }) createdAt: Date;
  @Prop({ type: Date, required: true }) updatedAt: Date;
}

export const DeviceSchema = SchemaFactory.createForClass(DeviceDocument);
