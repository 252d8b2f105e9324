import { Injectable } from '@nestjs/common';
import type { RunningJob } from '../queue/job.js';
import { JobProcessor } from '../queue/job-processor.js';
import { sendMail, type MailPayload, type MailResult } from './mail.job.js';
import { MailService } from './mail.service.js';

@Injectable()
export class MailProcessor extends JobProcessor<MailPayload, MailResult> {
  readonly type = sendMail;

  constructor(private readonly mails: MailService) {
    super();
  }

  run({ id, payload }: RunningJob<MailPayload>): Promise<MailResult> {
    return this.mails.deliver(id, payload);
  }
}
