import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import type { Types } from 'mongoose';
import {
  OVERRIDE_ACTIONS,
  SUBJECT_KINDS,
  type OverrideAction,
  type SubjectKind,
  type ThrottlingOverride,
} from './throttling-override.js';

@Schema({ collection: 'throttling_overrides', versionKey: false })
export class ThrottlingOverrideDocument implements Omit<ThrottlingOverride, 'id'> {
  _id: Types.ObjectId;
  @Prop({ type: String, enum: SUBJECT_KINDS, required: true }) subjectKind: SubjectKind;
  @Prop({ required: true }) subject: string;
  @Prop({ type: String, enum: OVERRIDE_ACTIONS, required: true }) action: OverrideAction;
  @Prop({ type: Number, default: null }) limit: number | null;
  @Prop({ type: Number, default: null }) windowSeconds: number | null;
  @Prop({ required: true }) reason: string;
  @Prop({ required: true }) createdBy: string;
  @Prop({ type: Date, default: null }) expiresAt: Date | null;
  @Prop({ required: true }) version: number;
  @Prop({ type: Date, required: true }) createdAt: Date;
  @Prop({ type: Date, required: true }) updatedAt: Date;
}

export const ThrottlingOverrideSchema = SchemaFactory.createForClass(ThrottlingOverrideDocument);

/** One document, counted up with every change: what instances poll instead of the overrides themselves. */
@Schema({ collection: 'throttling_override_revisions', versionKey: false })
export class OverrideRevisionDocument {
  @Prop({ type: String, required: true }) _id: string;
  @Prop({ required: true }) revision: number;
}

export const OverrideRevisionSchema = SchemaFactory.createForClass(OverrideRevisionDocument);
