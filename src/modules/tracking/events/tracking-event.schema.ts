import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Schema as MongooseSchema, type Types } from 'mongoose';
import type { TransportStatus } from '../../transport-orders/index.js';
import type { Progress, ReportedPosition, TrackingEvent, TrackingEventKind } from './tracking-event.js';

const { Mixed } = MongooseSchema.Types;

@Schema({ collection: 'tracking_events', versionKey: false })
export class TrackingEventDocument implements Omit<TrackingEvent, 'id' | 'order'> {
  /** Of a status the id of the domain event that told of it. */
  _id: Types.ObjectId;
  @Prop({ required: true }) clientId: string;
  @Prop({ type: MongooseSchema.Types.ObjectId, required: true }) order: Types.ObjectId;
  /** The event's id among those of its order; unique: who stores it has the number. */
  @Prop({ required: true }) n: number;
  @Prop({ type: String, required: true }) kind: TrackingEventKind;
  @Prop({ type: Date, required: true }) at: Date;
  @Prop({ type: String, required: true }) status: TransportStatus;
  @Prop({ type: String, default: null }) carrierId: string | null;
  @Prop({ type: Mixed, default: null }) position: ReportedPosition | null;
  @Prop({ type: Mixed, default: null }) progress: Progress | null;
  @Prop({ type: String, default: '' }) note: string;
  @Prop({ required: true }) kept: boolean;
  @Prop({ type: Date, default: null }) keptAt: Date | null;
  /** TTL; a status stays as long as its order's tenant. */
  @Prop({ type: Date }) expiresAt?: Date;
}

export const TrackingEventSchema = SchemaFactory.createForClass(TrackingEventDocument);
