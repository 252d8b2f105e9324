import { defineJob } from '../../../platform/queue/job.js';
import type { NotificationStatus } from '../notification.schema.js';

export interface DeliverPayload {
  tenant: string;
  notification: string;
}

export interface Delivered {
  /** Undefined when nothing was left to be sent. */
  status?: NotificationStatus;
}

/** Sends one message to a phone. */
export const deliverSms = defineJob<DeliverPayload, Delivered>('notification.sms', 'sms');

/** Sends one mail. */
export const deliverEmail = defineJob<DeliverPayload, Delivered>('notification.email', 'order-notices');
