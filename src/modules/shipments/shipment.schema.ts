import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Schema as MongooseSchema, type Types } from 'mongoose';
import type { ShopDomain } from '../../kernel/shop-domain.js';
import type { TransportTerms } from '../transport-orders/index.js';

/** How a shipment is to travel: written with the order's own part of it, until the transport order says so. */
@Schema({ collection: 'shipments', versionKey: false })
export class ShipmentDocument {
  /** The order's name for it, and that of the transport order. */
  _id: Types.ObjectId;
  @Prop({ type: String, required: true }) shop: ShopDomain;
  @Prop({ required: true }) orderId: string;
  @Prop({ type: MongooseSchema.Types.Mixed, required: true }) terms: TransportTerms;
  @Prop({ type: Date, required: true }) createdAt: Date;
}

export const ShipmentSchema = SchemaFactory.createForClass(ShipmentDocument);
