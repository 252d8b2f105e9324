import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Schema as MongooseSchema, type Types } from 'mongoose';
import type { Plan, PlanLimits } from './plan.js';

@Schema({ collection: 'plans', versionKey: false })
export class PlanDocument implements Plan {
  _id: Types.ObjectId;
  @Prop({ required: true }) plan: string;
  @Prop({ required: true }) name: string;
  @Prop({ required: true }) price: number;
  @Prop({ required: true }) currency: string;
  @Prop({ required: true }) trialDays: number;
  @Prop({ type: MongooseSchema.Types.Mixed, required: true }) limits: PlanLimits;
  @Prop({ type: Date, default: null }) archivedAt: Date | null;
  @Prop({ required: true }) version: number;
  @Prop({ type: Date, required: true }) createdAt: Date;
  @Prop({ type: Date, required: true }) updatedAt: Date;
}

export const PlanSchema = SchemaFactory.createForClass(PlanDocument);
