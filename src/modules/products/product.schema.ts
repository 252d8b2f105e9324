import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Schema as MongooseSchema, type Types } from 'mongoose';
import type { ShopDomain } from '../../kernel/shop-domain.js';
import type { PendingChange } from '../../platform/audit/audit-event.schema.js';
import {
  PRODUCT_STATUSES,
  type ExtraColumn,
  type ImageDraft,
  type ProductDraft,
  type ProductOption,
  type ProductStatus,
  type VariantDraft,
} from './product.js';

const { Mixed } = MongooseSchema.Types;

export interface StoredVariant extends VariantDraft {
  id: Types.ObjectId;
}

export interface StoredImage extends ImageDraft {
  id: Types.ObjectId;
}

/** A product as stored: what the merchant wrote, and what the lists need to find and sort it. */
@Schema({ collection: 'products', versionKey: false })
export class ProductDocument implements ProductDraft {
  _id: Types.ObjectId;
  @Prop({ type: String, required: true }) shop: ShopDomain;
  /** ISO 4217, the shop's. */
  @Prop({ required: true }) currency: string;
  @Prop({ required: true }) handle: string;
  @Prop({ required: true }) title: string;
  @Prop({ type: String, default: '' }) descriptionHtml: string;
  @Prop({ type: String, default: '' }) vendor: string;
  @Prop({ type: String, default: '' }) productType: string;
  @Prop({ type: String, default: '' }) productCategory: string;
  @Prop({ type: [String], required: true }) tags: string[];
  @Prop({ type: String, enum: PRODUCT_STATUSES, required: true }) status: ProductStatus;
  @Prop({ required: true }) published: boolean;
  @Prop({ required: true }) giftCard: boolean;
  @Prop({ type: [Mixed], required: true }) options: ProductOption[];
  @Prop({ type: [Mixed], required: true }) variants: StoredVariant[];
  @Prop({ type: [Mixed], required: true }) images: StoredImage[];
  /** `optimized` is when optimised texts were last applied; absent until then (sparse index). */
  @Prop({ type: Mixed, required: true }) seo: ProductDraft['seo'] & { optimized?: Date };
  @Prop({ type: [Mixed], required: true }) extra: ExtraColumn[];
  /** Whether `seo.optimized` is set: what the list filters by. */
  @Prop({ required: true }) optimized: boolean;
  /** Lowest and highest variant price. */
  @Prop({ required: true }) priceMin: number;
  @Prop({ required: true }) priceMax: number;
  @Prop({ required: true }) inventoryTotal: number;
  /** The words a search finds it by: see `searchWords`. */
  @Prop({ type: [String], required: true }) search: string[];
  /** The events of its changes, until they are moved to the audit trail. */
  @Prop({ type: [Mixed], default: undefined }) pendingAudit?: PendingChange[];
  @Prop({ required: true }) version: number;
  @Prop({ type: Date, required: true }) createdAt: Date;
  @Prop({ type: Date, required: true }) updatedAt: Date;
}

export const ProductSchema = SchemaFactory.createForClass(ProductDocument);
