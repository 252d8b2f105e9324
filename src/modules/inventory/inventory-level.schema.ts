import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Schema as MongooseSchema, type Types } from 'mongoose';
import type { ShopDomain } from '../../kernel/shop-domain.js';

const { Mixed } = MongooseSchema.Types;

/** Pieces kept for one reservation until it is paid, released or over. */
export interface StockHold {
  /** Of the reservation. */
  id: Types.ObjectId;
  /** What it is for: an order. */
  owner: Types.ObjectId;
  /** Position of the demand in the reservation. */
  line: number;
  quantity: number;
  expiresAt: Date;
}

/**
 * The stock of a variant at a location. What lies there is available + held + committed. Holds stand inside the level so
 * that taking pieces and saying for whom is one write (ADR 0023).
 */
@Schema({ collection: 'inventory_levels', versionKey: false })
export class InventoryLevelDocument {
  _id: Types.ObjectId;
  @Prop({ type: String, required: true }) shop: ShopDomain;
  @Prop({ type: MongooseSchema.Types.ObjectId, required: true }) variantId: Types.ObjectId;
  @Prop({ type: MongooseSchema.Types.ObjectId, required: true }) productId: Types.ObjectId;
  @Prop({ type: MongooseSchema.Types.ObjectId, required: true }) locationId: Types.ObjectId;
  /** For sale; below zero only where the variant may be oversold. */
  @Prop({ required: true }) available: number;
  /** The sum of `holds`. */
  @Prop({ required: true }) held: number;
  /** Sold and paid, not shipped yet. */
  @Prop({ required: true }) committed: number;
  @Prop({ type: [Mixed], required: true }) holds: StockHold[];
  /** The catalogue's quantity that went into `available`; null where the catalogue has no say. */
  @Prop({ type: Number, default: null }) catalogued: number | null;
  @Prop({ type: Date, required: true }) updatedAt: Date;
}

export const InventoryLevelSchema = SchemaFactory.createForClass(InventoryLevelDocument);
