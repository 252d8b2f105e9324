import { defineJob } from '../queue/job.js';
import type { SuppressionReason } from './mail-suppression.schema.js';

/** The mail is sealed: neither its links nor the address lie readable in the job's record. */
export interface MailPayload {
  kind: string;
  sealed: string;
}

export interface MailResult {
  sent: boolean;
  /** Why the address is sent nothing. */
  withheld?: SuppressionReason;
}

export const sendMail = defineJob<MailPayload, MailResult>('mail.send', 'email-notifications');
