import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Schema as MongooseSchema, Types } from 'mongoose';
import {
  JOB_STATES,
  type JobError,
  type JobFailure,
  type JobProgress,
  type JobState,
  type JobTrigger,
} from './job.js';
import type { QueueName } from './queues.js';

const { Mixed } = MongooseSchema.Types;

/** Before any job: in a query for jobs that have ended it tells MongoDB that the index of those will do. */
export const ENDED_SINCE = new Date(0);

@Schema({ collection: 'jobs', versionKey: false, minimize: false })
export class JobDocument {
  _id: Types.ObjectId;
  @Prop({ required: true }) name: string;
  @Prop({ type: String, required: true }) queue: QueueName;
  @Prop({ type: String, default: null }) shop: string | null;
  /** Makes a start happen once, e.g. one run per schedule slot. */
  @Prop({ type: String }) key?: string;
  /** Of the waiting and running jobs one at most has this; it is removed when the job ends. */
  @Prop({ type: String }) openKey?: string;
  /** Absent in records of before empty ones were stored. */
  @Prop({ type: Mixed, required: true }) payload?: object;
  @Prop({ type: Number, default: 1 }) payloadVersion?: number;
  @Prop({ type: Number, default: 0 }) priority?: number;
  @Prop({ type: String, default: null }) group?: string | null;
  @Prop({ type: String, enum: JOB_STATES, required: true }) state: JobState;
  @Prop({ type: Mixed, default: null }) progress: JobProgress | null;
  @Prop({ type: Mixed, default: null }) result: object | null;
  @Prop({ type: Mixed, default: null }) error: JobError | null;
  /** Why the last try failed, for operators. */
  @Prop({ type: Mixed }) failure?: JobFailure;
  /** Since when it is a dead letter: given up for no fault of the tenant's, kept to be looked at and replayed. */
  @Prop({ type: Date }) deadAt?: Date;
  @Prop({ type: Number, default: 0 }) attempts: number;
  @Prop({ type: Number, default: 0 }) crashes?: number;
  @Prop({ type: Number, default: 0 }) furthest?: number;
  @Prop({ type: Boolean, default: false }) cancelling?: boolean;
  /** Its start may yet be taken back; absent where it was stored with a change. */
  @Prop({ type: Boolean }) revocable?: boolean;
  @Prop({ type: Mixed, default: null }) trigger?: JobTrigger | null;
  @Prop({ type: Date, required: true }) createdAt: Date;
  @Prop({ type: Date, default: null }) startedAt: Date | null;
  @Prop({ type: Date, default: null }) finishedAt: Date | null;
  /** Last sign of life; the reconciler looks at waiting and running jobs that have been silent. */
  @Prop({ type: Date }) touchedAt?: Date;
  /** When one that did not complete may be removed (TTL index); those that did are `JobRetention`'s. */
  @Prop({ type: Date }) expiresAt?: Date;
}

export const JobSchema = SchemaFactory.createForClass(JobDocument);
