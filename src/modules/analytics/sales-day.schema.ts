import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Schema as MongooseSchema, type Types } from 'mongoose';
import type { ShopDomain } from '../../kernel/shop-domain.js';
import type { OrderFigures, ProductFigures, SalesDay, Slots } from './sales-figures.js';

const { Mixed } = MongooseSchema.Types;

/** The sums of a shop's sales on a UTC day in one currency. */
@Schema({ collection: 'sales_days', versionKey: false })
export class SalesDayDocument implements SalesDay<OrderFigures> {
  _id: Types.ObjectId;
  @Prop({ type: String, required: true }) shop: ShopDomain;
  @Prop({ required: true }) day: string;
  @Prop({ required: true }) currency: string;
  @Prop({ type: Mixed, required: true }) slots: Slots<OrderFigures>;
}

/** The same of one product. */
@Schema({ collection: 'product_sales_days', versionKey: false })
export class ProductSalesDayDocument implements SalesDay<ProductFigures> {
  _id: Types.ObjectId;
  @Prop({ type: String, required: true }) shop: ShopDomain;
  @Prop({ required: true }) day: string;
  @Prop({ required: true }) currency: string;
  @Prop({ required: true }) productId: string;
  @Prop({ type: Mixed, required: true }) slots: Slots<ProductFigures>;
}

export const SalesDaySchema = SchemaFactory.createForClass(SalesDayDocument);
export const ProductSalesDaySchema = SchemaFactory.createForClass(ProductSalesDayDocument);
