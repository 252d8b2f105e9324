import { Inject, Injectable } from '@nestjs/common';
import type { Config } from '../../../config/config.js';
import { CONFIG } from '../../../config/config.module.js';
import { SecretBox } from '../../../platform/crypto/secret-box.js';

export interface Subscription {
  /** Whose mails are ended. */
  tenant: string;
  address: string;
  language: string;
}

/** Links that end mails: sealed, so that nobody makes one for others, and no address stands in a log of URLs. */
@Injectable()
export class UnsubscribeLinks {
  private readonly box: SecretBox;

  constructor(@Inject(CONFIG) private readonly config: Config) {
    this.box = new SecretBox(config.security.secretKey, 'unsubscribe');
  }

  urlFor(subscription: Subscription): string {
    const token = this.box.seal(JSON.stringify(subscription));
    return `${this.config.http.publicUrl}/unsubscribe?token=${token}`;
  }

  /** Undefined for what we did not make. */
  open(token: unknown): Subscription | undefined {
    const text = typeof token === 'string' ? this.box.open(token) : undefined;
    return text === undefined ? undefined : (JSON.parse(text) as Subscription);
  }
}
