import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import type { Types } from 'mongoose';
import type { ShopDomain } from '../../kernel/shop-domain.js';

@Schema({ collection: 'customers', versionKey: false })
export class CustomerDocument {
  _id: Types.ObjectId;
  @Prop({ type: String, required: true }) shop: ShopDomain;
  /** Absent rather than null: the unique index holds those that have one. */
  @Prop({ type: String }) email?: string;
  /** The address as compared: lower case. */
  @Prop({ type: String }) emailKey?: string;
  @Prop({ type: String }) phone?: string;
  @Prop({ type: String, default: '' }) firstName: string;
  @Prop({ type: String, default: '' }) lastName: string;
  @Prop({ type: String, default: null }) language: string | null;
  @Prop({ type: String, default: '' }) note: string;
  @Prop({ type: [String], required: true }) tags: string[];
  @Prop({ required: true }) version: number;
  @Prop({ type: Date, required: true }) createdAt: Date;
  @Prop({ type: Date, required: true }) updatedAt: Date;
}

export const CustomerSchema = SchemaFactory.createForClass(CustomerDocument);
