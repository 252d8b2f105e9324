import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { trusted, type Model } from 'mongoose';
import { EmailTokenDocument } from '../accounts/email-token.schema.js';
import { RefreshTokenDocument } from './refresh-token.schema.js';
import { SessionTicketDocument } from './session-ticket.schema.js';
import { SessionDocument } from './session.schema.js';

const HINT = 'expiresAt';

/** How many of each had expired. */
export interface ExpiredLogins {
  sessions: number;
  refreshTokens: number;
  emailTokens: number;
  tickets: number;
}

/** Sessions and tokens whose time is over, of every account. */
@Injectable()
export class ExpiredLoginsRepository {
  constructor(
    @InjectModel(SessionDocument.name) private readonly sessions: Model<SessionDocument>,
    @InjectModel(RefreshTokenDocument.name) private readonly refreshTokens: Model<RefreshTokenDocument>,
    @InjectModel(EmailTokenDocument.name) private readonly emailTokens: Model<EmailTokenDocument>,
    @InjectModel(SessionTicketDocument.name) private readonly tickets: Model<SessionTicketDocument>,
  ) {}

  /** Removes those that expired before then, or only counts them. */
  async remove(before: Date, dryRun: boolean): Promise<ExpiredLogins> {
    const expired = { expiresAt: trusted({ $lt: before }) };
    const removed = async <T extends { expiresAt: Date }>(model: Model<T>): Promise<number> =>
      dryRun
        ? await model.countDocuments(expired).hint(HINT)
        : (await model.deleteMany(expired).hint(HINT)).deletedCount;
    return {
      sessions: await removed(this.sessions),
      refreshTokens: await removed(this.refreshTokens),
      emailTokens: await removed(this.emailTokens),
      tickets: await removed(this.tickets),
    };
  }
}
