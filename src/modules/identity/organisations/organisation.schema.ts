import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import type { Types } from 'mongoose';
import { ORGANISATION_KINDS, type OrganisationKind } from '../../../platform/http/access.js';

/** A company on the logistics side: a client sends goods, a carrier moves them. */
@Schema({ collection: 'organisations', versionKey: false })
export class OrganisationDocument {
  _id: Types.ObjectId;
  @Prop({ type: String, enum: ORGANISATION_KINDS, required: true }) kind: OrganisationKind;
  @Prop({ required: true }) name: string;
  @Prop({ type: Date, required: true }) createdAt: Date;
}

export const OrganisationSchema = SchemaFactory.createForClass(OrganisationDocument);
