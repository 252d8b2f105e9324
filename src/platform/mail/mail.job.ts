import { defineJob } from '../queue/job.js';

/** The mail is sealed: neither its links nor the address lie readable in the job's record. */
export interface MailPayload {
  kind: string;
  sealed: string;
}

export const sendMail = defineJob<MailPayload, { sent: boolean }>('mail.send', 'email-notifications');
