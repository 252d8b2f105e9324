import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Schema as MongooseSchema, type Types } from 'mongoose';
import type { DomainEvent } from './event-type.js';

/** An event on its way; it goes when every handler that wants it has had it. */
@Schema({ collection: 'events', versionKey: false })
export class EventDocument implements Omit<DomainEvent, 'id'> {
  _id: Types.ObjectId;
  @Prop({ required: true }) type: string;
  @Prop({ required: true }) version: number;
  @Prop({ required: true }) aggregate: string;
  @Prop({ required: true }) sequence: number;
  @Prop({ type: String, default: null }) shop: string | null;
  @Prop({ type: Date, required: true }) at: Date;
  @Prop({ type: MongooseSchema.Types.Mixed, required: true }) data: object;
  /** The handlers it still waits for. */
  @Prop({ type: [String], required: true }) pending: string[];
  /** When it may be removed (TTL index); set with the last handler. */
  @Prop({ type: Date }) expiresAt?: Date;
}

export const EventSchema = SchemaFactory.createForClass(EventDocument);
