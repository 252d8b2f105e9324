import { ApiProperty } from '@nestjs/swagger';
import { EnumField, StringField } from '../../../platform/http/fields.js';
import { CursorQuery, PageDto } from '../../../platform/http/list.dto.js';
import { TASK_KINDS, TASK_STATES, type Task, type TaskKind, type TaskState } from './task.js';

export class ListTasksQuery extends CursorQuery {
  @EnumField(TASK_STATES, { optional: true, description: 'Is in this state' }) state?: TaskState;
}

export class ResolveTaskDto {
  @StringField({ optional: true, maxLength: 2_000, example: 'Sent again with another carrier' }) resolution =
    '';
}

export class TaskDto implements Omit<Task, 'shop'> {
  @ApiProperty({ example: '6921b0d2a1f4b0a7c9e0bbbb' }) id: string;
  @ApiProperty({ enum: TASK_KINDS }) kind: TaskKind;
  @ApiProperty({ enum: TASK_STATES }) state: TaskState;
  @ApiProperty() orderId: string;
  @ApiProperty({ description: 'Also the id of the transport order' }) shipmentId: string;
  @ApiProperty({ description: 'What the carrier or client said' }) note: string;
  @ApiProperty() openedAt: Date;
  @ApiProperty({ type: Date, nullable: true }) resolvedAt: Date | null;
  @ApiProperty({ type: String, nullable: true }) resolvedBy: string | null;
  @ApiProperty({ description: 'What was done about it' }) resolution: string;
}

export class TaskListDto {
  @ApiProperty({ type: [TaskDto] }) data: TaskDto[];
  @ApiProperty({ type: PageDto }) page: PageDto;
}

export function toTaskDto({ shop: _, ...task }: Task): TaskDto {
  return task;
}
