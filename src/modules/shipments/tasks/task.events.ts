import { defineEvent } from '../../../platform/events/event-type.js';
import { TASK_KINDS, type TaskKind } from './task.js';

export interface TaskOpenedData {
  id: string;
  kind: TaskKind;
  orderId: string;
  shipmentId: string;
  note: string;
}

export const taskOpened = defineEvent<TaskOpenedData>(
  'task.opened',
  'Something about a shipment needs somebody of the shop.',
  {
    ...{ id: { type: 'string' }, kind: { enum: [...TASK_KINDS] }, orderId: { type: 'string' } },
    shipmentId: { type: 'string', description: 'Also the id of the transport order' },
    note: { type: 'string', description: 'What the carrier or client said' },
  },
  {
    ...{ id: '6921b0d2a1f4b0a7c9e0bbbb', kind: 'transport_failed', orderId: '6921b0d2a1f4b0a7c9e05678' },
    ...{ shipmentId: '6921b0d2a1f4b0a7c9e01234', note: 'Nobody at the address' },
  },
);
