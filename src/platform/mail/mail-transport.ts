import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { createTransport } from 'nodemailer';
import addressparser from 'nodemailer/lib/addressparser';
import type { Logger } from 'pino';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import { Metrics } from '../observability/metrics.js';
import { LOGGER } from '../observability/observability.module.js';
import { mailFault } from './mail-fault.js';
import { htmlOf, textOf } from './mail-layout.js';
import type { Mail } from './mail.js';
import { messageIdOf } from './message-id.js';

const CONNECTIONS = 5;
const TIMEOUT_MS = 10_000;

export interface MailReceipt {
  messageId: string;
  /** What the server said as it took the mail. */
  response: string;
}

/** The SMTP server over a few kept connections; without one configured, mails are only noted in the log. */
@Injectable()
export class MailTransport implements OnApplicationShutdown {
  private readonly smtp: ReturnType<typeof pooled> | undefined;
  private readonly from: { name: string; address: string };
  private readonly handed;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
    metrics: Metrics,
  ) {
    const { smtpUrl, from } = config.mail;
    this.smtp = smtpUrl ? pooled(smtpUrl) : undefined;
    const [sender] = addressparser(from, { flatten: true });
    this.from = { name: sender?.name ?? '', address: sender?.address ?? from };
    this.handed = metrics.counter('mails_total', 'Mails handed to the SMTP server, by outcome', ['outcome']);
  }

  /** Whether there is a server to hand mails to. */
  get isConfigured(): boolean {
    return this.smtp !== undefined;
  }

  /**
   * Hands the mail to the server. Undefined when there is none: then the log says which mail was not sent, without
   * the address, the link or the code in it.
   * @throws MailFault
   */
  async send(id: string, mail: Mail): Promise<MailReceipt | undefined> {
    const { kind, version, to, subject, fromName, replyTo } = mail;
    if (!this.smtp) {
      this.logger.info({ mail: kind, version, subject }, 'A mail was not sent: SMTP_URL is empty');
      return undefined;
    }
    const domain = this.from.address.split('@').at(-1) ?? 'entrepot';
    const messageId = messageIdOf(id, to, domain, this.config.security.secretKey);
    try {
      const { response } = await this.smtp.sendMail({
        from: { ...this.from, ...(fromName ? { name: fromName } : {}) },
        ...(replyTo ? { replyTo: { name: '', address: replyTo } } : {}),
        to: { name: '', address: to },
        subject,
        text: textOf(mail),
        html: htmlOf(mail),
        messageId,
        headers: headersOf(mail),
      });
      this.handed.inc({ outcome: 'taken' });
      this.logger.info({ mail: kind, version }, 'A mail was handed to the SMTP server');
      return { messageId, response };
    } catch (error) {
      const fault = mailFault(error);
      this.handed.inc({ outcome: fault.kind });
      throw fault;
    }
  }

  onApplicationShutdown(): void {
    this.smtp?.close();
  }
}

function headersOf({ unsubscribeUrl }: Mail): Record<string, string> {
  return {
    'Auto-Submitted': 'auto-generated', // RFC 3834: no out-of-office answers
    ...(unsubscribeUrl
      ? {
          'List-Unsubscribe': `<${unsubscribeUrl}>`,
          'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
        }
      : {}),
  };
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
