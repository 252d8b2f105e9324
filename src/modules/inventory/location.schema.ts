import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import type { Types } from 'mongoose';
import type { ShopDomain } from '../../kernel/shop-domain.js';

@Schema({ collection: 'locations', versionKey: false })
export class LocationDocument {
  _id: Types.ObjectId;
  @Prop({ type: String, required: true }) shop: ShopDomain;
  @Prop({ required: true }) name: string;
  @Prop({ type: String, default: '' }) address: string;
  /** True or absent: the unique index holds the one that is. */
  @Prop({ type: Boolean }) isDefault?: true;
  @Prop({ required: true }) active: boolean;
  @Prop({ required: true }) version: number;
  @Prop({ type: Date, required: true }) createdAt: Date;
  @Prop({ type: Date, required: true }) updatedAt: Date;
}

export const LocationSchema = SchemaFactory.createForClass(LocationDocument);
