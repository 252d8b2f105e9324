import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import type { Config } from '../../../config/config.js';
import { CONFIG } from '../../../config/config.module.js';
import { AppError } from '../../../kernel/errors.js';
import { isAboutAddress } from '../../../platform/mail/mail-fault.js';
import { MailSuppressionsService } from '../../../platform/mail/mail-suppressions.service.js';
import { sentTo } from '../../../platform/mail/message-id.js';
import { LOGGER } from '../../../platform/observability/observability.module.js';
import { NotificationsRepository } from '../notifications.repository.js';
import { reportsIn, type MailReport } from './mail-report.js';

/** What mail servers report afterwards: bounces and complaints. */
@Injectable()
export class MailReportsService {
  constructor(
    private readonly suppressions: MailSuppressionsService,
    private readonly notifications: NotificationsRepository,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * Takes a report as the mail it came in. Anybody can write to the address that reports come to, so only what is about a
   * mail of ours, to the address it names, counts: its Message-ID proves that.
   * @throws AppError `malformed_request` for what is no mail
   */
  async take(raw: Uint8Array): Promise<{ accepted: number; ignored: number }> {
    const reports = await reportsIn(raw).catch((cause: unknown) => {
      throw new AppError('malformed_request', 'The body is no mail that can be read.', { cause });
    });
    let accepted = 0;
    for (const report of reports) if (await this.takeOne(report)) accepted++;
    const ignored = reports.length - accepted;
    if (ignored > 0) this.logger.warn({ ignored }, 'Reports about mails that we did not send were ignored');
    return { accepted, ignored };
  }

  private async takeOne({ kind, address, messageId, status, detail }: MailReport): Promise<boolean> {
    const id = sentTo(messageId, address, this.config.security.secretKey);
    if (id === undefined) return false;
    if (kind === 'complaint') {
      await this.suppressions.add({ address, reason: 'complaint', detail });
      return true;
    }
    if (isAboutAddress(status)) await this.suppressions.add({ address, reason: 'bounce', detail });
    await this.notifications.bounced(id, { code: 'bounced', detail });
    return true;
  }
}
