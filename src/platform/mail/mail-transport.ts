import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { createTransport } from 'nodemailer';
import type { Logger } from 'pino';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import { LOGGER } from '../observability/observability.module.js';
import { htmlOf, textOf } from './mail-layout.js';
import type { Mail } from './mail.js';

const CONNECTIONS = 5;
const TIMEOUT_MS = 10_000;

/** The SMTP server over a few kept connections; without one configured, mails are only noted in the log. */
@Injectable()
export class MailTransport implements OnApplicationShutdown {
  private readonly smtp: ReturnType<typeof pooled> | undefined;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.smtp = config.mail.smtpUrl ? pooled(config.mail.smtpUrl) : undefined;
  }

  /**
   * Hands the mail to the server. False when there is none: then the log says which mail was not sent, without the
   * address, the link or the code in it.
   * @throws the server's or the network's error
   */
  async send(id: string, mail: Mail): Promise<boolean> {
    const { kind, to, subject } = mail;
    if (!this.smtp) {
      this.logger.info({ mail: kind, subject }, 'A mail was not sent: SMTP_URL is empty');
      return false;
    }
    const { from } = this.config.mail;
    // one id for every try, so that a mail sent twice can be told by the receiving side
    const messageId = `<${id}@${from.split('@').at(-1)?.replace(/>.*$/, '') ?? 'entrepot'}>`;
    await this.smtp.sendMail({
      from,
      to: { name: '', address: to },
      subject,
      text: textOf(mail),
      html: htmlOf(mail),
      messageId,
      headers: { 'Auto-Submitted': 'auto-generated' }, // RFC 3834: no out-of-office answers
    });
    this.logger.info({ mail: kind }, 'A mail was handed to the SMTP server');
    return true;
  }

  onApplicationShutdown(): void {
    this.smtp?.close();
  }
}

function pooled(url: string) {
  return createTransport({
    url,
    pool: true,
    maxConnections: CONNECTIONS,
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    // a mail's content is text from us and never a path or an address to load from
    disableFileAccess: true,
    disableUrlAccess: true,
  });
}
