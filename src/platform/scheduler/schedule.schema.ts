import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';

/** What is remembered of a schedule between ticks. */
@Schema({ collection: 'schedules', versionKey: false })
export class ScheduleDocument {
  /** The job's name. */
  @Prop({ type: String, required: true }) _id: string;
  /** The last minute it was started for; for one that has never been, when it was first seen. */
  @Prop({ type: Date, required: true }) lastSlot: Date;
  /** Since when it does not tick. */
  @Prop({ type: Date, default: null }) pausedAt: Date | null;
}

export const ScheduleSchema = SchemaFactory.createForClass(ScheduleDocument);
