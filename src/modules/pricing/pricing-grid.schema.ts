import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Schema as MongooseSchema, type Types } from 'mongoose';
import { TRANSPORT_TYPES, type TransportType } from '../carriers/index.js';
import type { PricingGrid, Rate, Surcharge } from './pricing-grid.js';

const { Mixed } = MongooseSchema.Types;

@Schema({ collection: 'pricing_grids', versionKey: false })
export class PricingGridDocument implements Omit<PricingGrid, 'id'> {
  _id: Types.ObjectId;
  @Prop({ type: String, required: true }) carrierId: string;
  @Prop({ type: String, enum: TRANSPORT_TYPES, required: true }) transportType: TransportType;
  @Prop({ required: true }) currency: string;
  @Prop({ required: true }) version: number;
  @Prop({ required: true }) distancePercent: number;
  @Prop({ type: [Mixed], required: true }) rates: Rate[];
  @Prop({ type: [Mixed], required: true }) surcharges: Surcharge[];
  @Prop({ type: Date, required: true }) validFrom: Date;
  @Prop({ type: Date, default: null }) validUntil: Date | null;
  /** From when on it cannot count any more, see `endsOf`: what look-ups skip old versions by. */
  @Prop({ type: Date, required: true }) endsAt: Date;
  @Prop({ type: Date, default: null }) withdrawnAt: Date | null;
  @Prop({ type: Date, required: true }) createdAt: Date;
}

export const PricingGridSchema = SchemaFactory.createForClass(PricingGridDocument);
