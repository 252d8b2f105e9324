import { Inject, Injectable } from '@nestjs/common';
import type { Types } from 'mongoose';
import type { Config } from '../../../config/config.js';
import { CONFIG } from '../../../config/config.module.js';
import { SecretBox } from '../../../platform/crypto/secret-box.js';
import type { StoredSecret, WebhookEndpointDocument } from './webhook-endpoint.schema.js';
import { inForce } from './webhook-secret.js';

/** Signing secrets as they are stored: they must be read again for every delivery, so they are sealed, not hashed. */
@Injectable()
export class EndpointSecrets {
  private readonly box: SecretBox;

  constructor(@Inject(CONFIG) config: Config) {
    this.box = new SecretBox(config.security.secretKey, 'webhooks');
  }

  sealed(secret: string, endpoint: Types.ObjectId, now: Date): StoredSecret {
    return { sealed: this.box.seal(secret, String(endpoint)), createdAt: now, expiresAt: null };
  }

  /**
   * The secrets to sign with, newest first.
   * @throws Error when none can be read, which is so under another SECRET_KEY
   */
  inForce({ _id, secrets }: WebhookEndpointDocument, now: Date): string[] {
    const opened = inForce(secrets, now)
      .map(({ sealed }) => this.box.open(sealed, String(_id)))
      .filter((secret) => secret !== undefined);
    if (opened.length === 0)
      throw new Error(`The secrets of webhook endpoint ${String(_id)} were sealed under another SECRET_KEY.`);
    return opened;
  }
}
