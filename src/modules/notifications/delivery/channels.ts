import { Injectable } from '@nestjs/common';
import { MailFault } from '../../../platform/mail/mail-fault.js';
import { MailTransport } from '../../../platform/mail/mail-transport.js';
import type { Mail } from '../../../platform/mail/mail.js';
import type { Rendered } from '../notification-content.js';
import { SmsProvider } from '../sms/sms-provider.js';
import { SendFault } from './send-fault.js';

const CODES = { mailbox: 'bounced', refused: 'refused', later: 'unreachable' } as const;

/** The ways a message can take. */
@Injectable()
export class Channels {
  constructor(
    private readonly mails: MailTransport,
    private readonly phones: SmsProvider,
  ) {}

  /** Hands a message over under an id that is the same at every try. Returns what the other side calls it. @throws SendFault */
  async send(id: string, to: string, rendered: Rendered): Promise<string> {
    return rendered.channel === 'email'
      ? this.mail(id, rendered.mail)
      : this.phones.send(id, to, rendered.text);
  }

  private async mail(id: string, mail: Mail): Promise<string> {
    try {
      const receipt = await this.mails.send(id, mail);
      if (!receipt) throw new SendFault('not_configured', 'No SMTP server is configured (SMTP_URL).');
      return receipt.messageId;
    } catch (error) {
      if (error instanceof MailFault) throw new SendFault(CODES[error.kind], error.message, error);
      throw error;
    }
  }
}
