import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import type { Types } from 'mongoose';
import type { ShopDomain } from '../../../kernel/shop-domain.js';
import { TASK_KINDS, TASK_STATES, type Task, type TaskKind, type TaskState } from './task.js';

@Schema({ collection: 'tasks', versionKey: false })
export class TaskDocument implements Omit<Task, 'id'> {
  /** That of the event that opened it: an event opens one task. */
  _id: Types.ObjectId;
  @Prop({ type: String, required: true }) shop: ShopDomain;
  @Prop({ type: String, enum: TASK_KINDS, required: true }) kind: TaskKind;
  @Prop({ type: String, enum: TASK_STATES, required: true }) state: TaskState;
  @Prop({ required: true }) shipmentId: string;
  @Prop({ required: true }) orderId: string;
  @Prop({ type: String, default: '' }) note: string;
  @Prop({ type: Date, required: true }) openedAt: Date;
  @Prop({ type: Date, default: null }) resolvedAt: Date | null;
  @Prop({ type: String, default: null }) resolvedBy: string | null;
  @Prop({ type: String, default: '' }) resolution: string;
}

export const TaskSchema = SchemaFactory.createForClass(TaskDocument);
