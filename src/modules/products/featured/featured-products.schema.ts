import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Schema as MongooseSchema, type Types } from 'mongoose';
import type { ShopDomain } from '../../../kernel/shop-domain.js';

/** What a shop features, in its order: one document a shop, so that two who arrange it cannot mix their lists. */
@Schema({ collection: 'featured_products', versionKey: false })
export class FeaturedProductsDocument {
  _id: Types.ObjectId;
  @Prop({ type: String, required: true }) shop: ShopDomain;
  @Prop({ type: [MongooseSchema.Types.ObjectId], required: true }) productIds: Types.ObjectId[];
  @Prop({ required: true }) version: number;
  @Prop({ type: Date, required: true }) updatedAt: Date;
}

export const FeaturedProductsSchema = SchemaFactory.createForClass(FeaturedProductsDocument);
