import { createHmac, hkdfSync } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { Types } from 'mongoose';
import type { Config } from '../../../config/config.js';
import { CONFIG } from '../../../config/config.module.js';
import { hashToken, newToken } from '../../../platform/crypto/secret-token.js';
import { RefreshTokensRepository } from './refresh-tokens.repository.js';

/** How long a used token still gives its successor: two tabs racing, or an answer lost on the way. */
const GRACE_MS = 10_000;
const TOKEN = /^[\w-]{43}$/;

export type Rotation =
  | { outcome: 'rotated'; session: Types.ObjectId; refreshToken: string }
  | { outcome: 'replayed'; session: Types.ObjectId }
  | { outcome: 'unknown' };

/**
 * The chain of a session's refresh tokens. A token's successor is an HMAC of it under a key from SECRET_KEY: whoever
 * exchanges it twice within the grace gets the same successor, so a race of two tabs leaves one chain and no fork that a
 * thief could live on, and nothing but hashes is stored.
 */
@Injectable()
export class RefreshRotation {
  private readonly key: Buffer;

  constructor(
    private readonly tokens: RefreshTokensRepository,
    @Inject(CONFIG) config: Config,
  ) {
    this.key = Buffer.from(
      hkdfSync('sha256', config.security.secretKey, 'entrepot', 'refresh-successor', 32),
    );
  }

  /** The first token of a session. */
  async begin(session: Types.ObjectId, expiresAt: Date): Promise<string> {
    const token = newToken();
    await this.tokens.put(hashToken(token), session, expiresAt);
    return token;
  }

  /** The session a token was given for, whether used or not. */
  async sessionOf(token: string): Promise<Types.ObjectId | undefined> {
    if (!TOKEN.test(token)) return undefined;
    return (await this.tokens.find(hashToken(token)))?.session;
  }

  /**
   * Exchanges a token for its successor. The successor is stored before the token is marked as used: a crash in
   * between costs nothing, the next try gives the same.
   */
  async exchange(token: string, expiresAt: Date): Promise<Rotation> {
    if (!TOKEN.test(token)) return { outcome: 'unknown' };
    const hash = hashToken(token);
    const stored = await this.tokens.find(hash);
    if (!stored || stored.expiresAt <= new Date()) return { outcome: 'unknown' };
    const { session, usedAt } = stored;
    const refreshToken = createHmac('sha256', this.key).update(token).digest('base64url');
    const successor = hashToken(refreshToken);
    if (usedAt) {
      const late = Date.now() - usedAt.getTime() > GRACE_MS;
      if (late || (await this.tokens.find(successor))?.usedAt) return { outcome: 'replayed', session };
    }
    await this.tokens.put(successor, session, expiresAt);
    await this.tokens.use(hash);
    return { outcome: 'rotated', session, refreshToken };
  }
}
