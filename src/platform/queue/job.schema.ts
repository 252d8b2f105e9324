import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Schema as MongooseSchema, Types } from 'mongoose';
import { JOB_STATES, type JobError, type JobProgress, type JobState } from './job.js';
import type { QueueName } from './queues.js';

@Schema({ collection: 'jobs', versionKey: false })
export class JobDocument {
  _id: Types.ObjectId;
  @Prop({ required: true }) name: string;
  @Prop({ type: String, required: true }) queue: QueueName;
  @Prop({ type: String, default: null }) shop: string | null;
  /** Makes a start happen once, e.g. one run per schedule slot. */
  @Prop({ type: String }) key?: string;
  /** Of the waiting and running jobs one at most has this; it is removed when the job ends. */
  @Prop({ type: String }) openKey?: string;
  @Prop({ type: MongooseSchema.Types.Mixed, required: true }) payload: object;
  @Prop({ type: String, enum: JOB_STATES, required: true }) state: JobState;
  @Prop({ type: MongooseSchema.Types.Mixed, default: null }) progress: JobProgress | null;
  @Prop({ type: MongooseSchema.Types.Mixed, default: null }) result: object | null;
  @Prop({ type: MongooseSchema.Types.Mixed, default: null }) error: JobError | null;
  @Prop({ type: Number, default: 0 }) attempts: number;
  @Prop({ type: Date, required: true }) createdAt: Date;
  @Prop({ type: Date, default: null }) startedAt: Date | null;
  @Prop({ type: Date, default: null }) finishedAt: Date | null;
  /** Last sign of life; the reconciler looks at open jobs that have been silent. */
  @Prop({ type: Date, required: true }) touchedAt: Date;
  /** When a finished job may be removed (TTL index). */
  @Prop({ type: Date }) expiresAt?: Date;
}

export const JobSchema = SchemaFactory.createForClass(JobDocument);
