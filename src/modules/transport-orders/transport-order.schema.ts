import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Schema as MongooseSchema, type Types } from 'mongoose';
import { TRANSPORT_TYPES, type TransportType } from '../carriers/index.js';
import type { Price } from '../pricing/index.js';
import type { EndCells } from './near/end-grid.js';
import {
  TRANSPORT_STATUSES,
  type End,
  type Goods,
  type LastPosition,
  type StatusEntry,
  type Stop,
  type TransportOrder,
  type TransportStatus,
} from './transport-order.js';

const { Mixed } = MongooseSchema.Types;

@Schema({ collection: 'transport_orders', versionKey: false })
export class TransportOrderDocument implements Omit<TransportOrder, 'id'> {
  _id: Types.ObjectId;
  @Prop({ type: String, required: true }) clientId: string;
  @Prop({ type: String, default: null }) carrierId: string | null;
  /** Whose it is: the client, the carrier, and `*` for operators. Each query names one of them, each index begins with it. */
  @Prop({ type: [String], required: true }) parties: string[];
  @Prop({ type: Mixed, required: true }) grid: Record<End, EndCells>;
  @Prop({ required: true }) reference: string;
  @Prop({ type: String, enum: TRANSPORT_TYPES, required: true }) transportType: TransportType;
  @Prop({ required: true }) currency: string;
  @Prop({ type: Mixed, required: true }) pickup: Stop;
  @Prop({ type: [Mixed], required: true }) via: Stop[];
  @Prop({ type: Mixed, required: true }) delivery: Stop;
  @Prop({ type: [Mixed], required: true }) goods: Goods[];
  @Prop({ type: String, default: '' }) note: string;
  @Prop({ type: Mixed, default: null }) price: Price | null;
  @Prop({ type: String, enum: TRANSPORT_STATUSES, required: true }) status: TransportStatus;
  @Prop({ type: Number, default: null }) rating: number | null;
  @Prop({ type: Mixed, default: null }) lastPosition: LastPosition | null;
  @Prop({ type: [Mixed], required: true }) history: StatusEntry[];
  @Prop({ required: true }) version: number;
  @Prop({ type: Date, required: true }) createdAt: Date;
  @Prop({ type: Date, required: true }) updatedAt: Date;
}

export const TransportOrderSchema = SchemaFactory.createForClass(TransportOrderDocument);
