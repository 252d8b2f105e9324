import { createHmac, hkdfSync } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import { SecretBox } from '../crypto/secret-box.js';

/** What is kept of an answer. */
export interface Answer {
  status: number;
  headers: Record<string, string>;
  /** JSON; null for an empty body. */
  body: string | null;
}

/** Stored answers may hold a secret that is shown once: they are sealed, each bound to its claim. */
@Injectable()
export class AnswerCipher {
  private readonly box: SecretBox;
  private readonly secretKey: string;

  constructor(@Inject(CONFIG) { security }: Config) {
    this.secretKey = security.secretKey;
    this.box = new SecretBox(security.secretKey, 'idempotent answers');
  }

  /** What ids and secrets of a request are derived from: a reader of the database alone cannot tell them. */
  seedOf(stored: Buffer): Buffer {
    return Buffer.from(hkdfSync('sha256', this.secretKey, stored, 'idempotent creation', 32));
  }

  /**
   * A fingerprint as it is stored. A body may hold a password: without SECRET_KEY it cannot be guessed from what is
   * stored.
   */
  keyed(fingerprint: string): string {
    return createHmac('sha256', this.secretKey).update(`idempotent body ${fingerprint}`).digest('base64url');
  }

  seal(claimId: string, answer: Answer): string {
    return this.box.seal(JSON.stringify(answer), claimId);
  }

  /** The answer, or undefined when it was sealed under another SECRET_KEY or altered. */
  open(claimId: string, sealed: string): Answer | undefined {
    const text = this.box.open(sealed, claimId);
    return text === undefined ? undefined : (JSON.parse(text) as Answer);
  }
}
