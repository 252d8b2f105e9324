import { timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Types } from 'mongoose';
import { hashToken, newToken } from '../../../platform/crypto/secret-token.js';
import type { Principal } from '../../../platform/http/access.js';
import type { Client } from '../../../platform/http/client.js';
import { PrincipalsService } from './principals.service.js';
import type { SessionDocument } from './session.schema.js';
import { SessionsRepository } from './sessions.repository.js';
import { SessionsService } from './sessions.service.js';

/** A working day; who stays longer logs in again. */
const PAGE_SESSION_MS = 12 * 3600 * 1000;

export interface PageLogin {
  /** For the cookie: the session's id and a secret of its own. */
  token: string;
  expiresAt: Date;
}

/**
 * Sessions of browsers on the operators' pages: like any session in the account's list, ended with it, but by a cookie.
 * Looked up for each request, so that what is ended is ended at once on every instance.
 */
@Injectable()
export class PageSessions {
  constructor(
    private readonly repository: SessionsRepository,
    private readonly sessions: SessionsService,
    private readonly principals: PrincipalsService,
  ) {}

  async open(account: { _id: Types.ObjectId }, client: Client): Promise<PageLogin> {
    const secret = newToken();
    const { _id, expiresAt } = await this.repository.insert(
      account._id,
      client,
      PAGE_SESSION_MS,
      hashToken(secret),
    );
    return { token: `${String(_id)}.${secret}`, expiresAt };
  }

  async authenticate(token: string): Promise<Principal | undefined> {
    const session = await this.find(token);
    if (!session) return undefined;
    this.sessions.touch(session);
    return this.principals.of(session);
  }

  /** Ends the session of a cookie; one that is not known is no error. */
  async end(token: string): Promise<void> {
    const session = await this.find(token);
    if (session) await this.sessions.end(session._id, 'logged_out');
  }

  private async find(token: string): Promise<SessionDocument | undefined> {
    const [, id, secret] = /^([\da-f]{24})\.([\w-]{43})$/.exec(token) ?? [];
    const session = id && secret ? await this.repository.findLive(new Types.ObjectId(id)) : null;
    if (!session?.pageToken || !secret) return undefined;
    const right = timingSafeEqual(Buffer.from(session.pageToken), Buffer.from(hashToken(secret)));
    return right ? session : undefined;
  }
}
