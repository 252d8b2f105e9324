import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Schema as MongooseSchema, type Types } from 'mongoose';
import type { EventDocument } from '../events/event.schema.js';
import {
  AUDIT_ACTIONS,
  AUDIT_RESOURCES,
  type AuditAction,
  type AuditActor,
  type AuditEvent,
  type AuditResource,
} from './audit-event.js';

const { Mixed } = MongooseSchema.Types;

@Schema({ collection: 'audit_events', versionKey: false })
export class AuditEventDocument implements Omit<AuditEvent, 'id'> {
  _id: Types.ObjectId;
  @Prop({ type: Date, required: true }) at: Date;
  @Prop({ type: String, enum: AUDIT_ACTIONS, required: true }) action: AuditAction;
  @Prop({ type: String, enum: AUDIT_RESOURCES, required: true }) resource: AuditResource;
  @Prop({ type: String, required: true }) resourceId: string;
  @Prop({ type: String, default: null }) shop: string | null;
  @Prop({ type: Mixed, required: true }) actor: AuditActor;
  @Prop({ type: Mixed, default: null }) before: Record<string, unknown> | null;
  @Prop({ type: Mixed, default: null }) after: Record<string, unknown> | null;
  @Prop({ type: String, default: null }) requestId: string | null;
  @Prop({ type: String, default: null }) jobId: string | null;
  @Prop({ type: String, default: null }) ip: string | null;
  @Prop({ type: String, default: null }) userAgent: string | null;
}

/** An audit event on its way to the trail, with the domain event that goes to the outbox. */
export interface PendingChange extends AuditEventDocument {
  event?: EventDocument;
}

export const AuditEventSchema = SchemaFactory.createForClass(AuditEventDocument);
