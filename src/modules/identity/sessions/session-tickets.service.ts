import { Injectable } from '@nestjs/common';
import { Types } from 'mongoose';
import { hashToken, newToken } from '../../../platform/crypto/secret-token.js';
import type { Principal } from '../../../platform/http/access.js';
import { PrincipalsService } from './principals.service.js';
import { SessionTicketsRepository } from './session-tickets.repository.js';
import { SessionsRepository } from './sessions.repository.js';

const PREFIX = 'ent_ticket_';
/** A page uses its ticket at once; a slow line and a busy instance are allowed for. */
const TICKET_MS = 60_000;

/** Whether a token claims to be a ticket. */
export function isTicket(token: string): boolean {
  return token.startsWith(PREFIX);
}

/**
 * Tickets with which a page opens a socket: its cookie is for `/admin` alone, and no script can read it. A ticket is
 * good once, for a minute, and for no longer than the session it came from (ADR 0035).
 */
@Injectable()
export class SessionTicketsService {
  constructor(
    private readonly repository: SessionTicketsRepository,
    private readonly sessions: SessionsRepository,
    private readonly principals: PrincipalsService,
  ) {}

  /** A ticket of the session the caller is logged in with; only its hash is stored. */
  async issue({ session }: Pick<Principal, 'session'>): Promise<string> {
    if (session === undefined) throw new Error('A ticket was asked for without a session.');
    const ticket = PREFIX + newToken();
    const expiresAt = new Date(Date.now() + TICKET_MS);
    await this.repository.insert({ _id: hashToken(ticket), session: new Types.ObjectId(session), expiresAt });
    return ticket;
  }

  /** Whose ticket this is; undefined when it was used before, is over, or its session has ended. */
  async redeem(ticket: string): Promise<Principal | undefined> {
    const taken = await this.repository.take(hashToken(ticket));
    return taken ? this.inForce(String(taken.session)) : undefined;
  }

  /** The caller of a session; undefined when it or the account is not in force. */
  async inForce(session: string): Promise<Principal | undefined> {
    const found = await this.sessions.findLive(new Types.ObjectId(session));
    return found ? this.principals.of(found) : undefined;
  }
}
