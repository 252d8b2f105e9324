import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Schema as MongooseSchema, type Types } from 'mongoose';
import {
  ADR_CLASSES,
  CARRIER_STATUSES,
  TRANSPORT_TYPES,
  type AdrClass,
  type Capacity,
  type CarrierProfile,
  type CarrierStatus,
  type TransportType,
} from './carrier.js';

@Schema({ collection: 'carriers', versionKey: false })
export class CarrierDocument implements CarrierProfile {
  /** The organisation's. */
  _id: Types.ObjectId;
  /** Of the request that made it: its repetition finds it by this, for the organisation's id is not its own. */
  @Prop({ type: MongooseSchema.Types.ObjectId, required: true }) creation: Types.ObjectId;
  @Prop({ required: true }) name: string;
  @Prop({ type: String, enum: CARRIER_STATUSES, required: true }) status: CarrierStatus;
  @Prop({ type: [String], enum: TRANSPORT_TYPES, required: true }) transportTypes: TransportType[];
  @Prop({ type: MongooseSchema.Types.Mixed, required: true }) capacity: Capacity;
  @Prop({ type: [String], enum: ADR_CLASSES, required: true }) adrClasses: AdrClass[];
  @Prop({ type: String, default: null }) contactEmail: string | null;
  @Prop({ type: String, default: null }) phone: string | null;
  @Prop({ type: Number, default: 0 }) stars: number;
  @Prop({ type: Number, default: 0 }) ratings: number;
  @Prop({ required: true }) version: number;
  @Prop({ type: Date, required: true }) createdAt: Date;
  @Prop({ type: Date, required: true }) updatedAt: Date;
}

export const CarrierSchema = SchemaFactory.createForClass(CarrierDocument);
