import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Schema as MongooseSchema, type Types } from 'mongoose';
import type { PolygonGeometry } from '../../kernel/geo.js';
import type { ServiceArea } from './carrier.js';

/** A document an area: which areas hold a point is one look into a 2dsphere index, however many carriers there are. */
@Schema({ collection: 'service_areas', versionKey: false })
export class ServiceAreaDocument implements ServiceArea {
  _id: Types.ObjectId;
  @Prop({ type: String, required: true }) carrierId: string;
  @Prop({ required: true }) zone: string;
  /** Place in the carrier's order. */
  @Prop({ required: true }) rank: number;
  @Prop({ type: MongooseSchema.Types.Mixed, required: true }) area: PolygonGeometry;
}

export const ServiceAreaSchema = SchemaFactory.createForClass(ServiceAreaDocument);
