import { Inject, Injectable } from '@nestjs/common';
import type { ClientSession } from 'mongoose';
import type { Logger } from 'pino';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import { SecretBox } from '../crypto/secret-box.js';
import { LOGGER } from '../observability/observability.module.js';
import { redact } from '../observability/secrets.js';
import type { JobRecord } from '../queue/job.js';
import { JobFault } from '../queue/job-failure.js';
import { JobsService } from '../queue/jobs.service.js';
import { MailFault } from './mail-fault.js';
import { MailSuppressionsService } from './mail-suppressions.service.js';
import { MailTransport } from './mail-transport.js';
import { sendMail, type MailPayload, type MailResult } from './mail.job.js';
import type { Mail } from './mail.js';

/** Sends mails by job: no request waits for the SMTP server, and a mail survives its absence and that of Redis. */
@Injectable()
export class MailService {
  private readonly box: SecretBox;

  constructor(
    private readonly jobs: JobsService,
    private readonly transport: MailTransport,
    private readonly suppressions: MailSuppressionsService,
    @Inject(CONFIG) config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.box = new SecretBox(config.security.secretKey, 'mail');
  }

  /** Stores a mail, in the caller's transaction if given; `null` costs the same and sends nothing. */
  async record(
    mail: Mail | null,
    kind: string,
    shop: string | null,
    session?: ClientSession,
  ): Promise<JobRecord> {
    return this.jobs.record(
      sendMail,
      { kind, sealed: this.box.seal(JSON.stringify(mail)) },
      { shop },
      session,
    );
  }

  /** Queues a stored mail without waiting; where that fails, the reconciler does it within a minute. */
  dispatch(job: JobRecord): void {
    this.jobs.release([job]);
  }

  /** Stores a mail and queues it. `null` is for the case that must not be told from the others by its time. */
  async send(mail: Mail | null, kind: string, shop: string | null = null): Promise<void> {
    this.dispatch(await this.record(mail, kind, shop));
  }

  /**
   * Runs the job: opens the mail and hands it over. A mail sealed under an earlier SECRET_KEY is given up, and so is
   * one whose address is suppressed, or is found to take no mail.
   * @throws MailFault for what a later try may mend, JobFault for a mail the server refuses for good
   */
  async deliver(id: string, { kind, sealed }: MailPayload): Promise<MailResult> {
    const text = this.box.open(sealed);
    if (text === undefined) {
      this.logger.warn({ mail: kind }, 'A mail was given up: it was written under another SECRET_KEY');
      return { sent: false };
    }
    const mail = JSON.parse(text) as Mail | null;
    if (mail === null) return { sent: false };
    const withheld = await this.suppressions.refusal(null, mail.to, 'transactional');
    if (withheld) return { sent: false, withheld };
    try {
      return { sent: (await this.transport.send(id, mail)) !== undefined };
    } catch (error) {
      if (!(error instanceof MailFault) || error.kind === 'later') throw error;
      if (error.kind === 'refused') throw new JobFault('job_refused', redact(error.message), false);
      await this.suppressions.add({ address: mail.to, reason: 'bounce', detail: error.message });
      return { sent: false, withheld: 'bounce' };
    }
  }
}
