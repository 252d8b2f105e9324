import { Inject, Injectable } from '@nestjs/common';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import { SecretBox } from '../../platform/crypto/secret-box.js';
import type { Mail } from '../../platform/mail/mail.js';

/** What is handed over: rendered when the notification was made, so that no later change of a template alters it. */
export type Rendered = { channel: 'email'; mail: Mail } | { channel: 'sms'; text: string };

/** Keeps what is to be sent unreadable in the database, as mails of accounts are. */
@Injectable()
export class NotificationContent {
  private readonly box: SecretBox;

  constructor(@Inject(CONFIG) { security }: Config) {
    this.box = new SecretBox(security.secretKey, 'notification');
  }

  seal(id: string, rendered: Rendered): string {
    return this.box.seal(JSON.stringify(rendered), id);
  }

  /** Undefined for what was sealed under another SECRET_KEY. */
  open(id: string, sealed: string): Rendered | undefined {
    const text = this.box.open(sealed, id);
    return text === undefined ? undefined : (JSON.parse(text) as Rendered);
  }
}
