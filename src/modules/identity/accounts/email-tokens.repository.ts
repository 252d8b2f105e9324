import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Model, trusted } from 'mongoose';
import { EmailTokenDocument, type EmailPurpose } from './email-token.schema.js';

const HINT = 'email_purpose_createdAt';

@Injectable()
export class EmailTokensRepository {
  constructor(@InjectModel(EmailTokenDocument.name) private readonly tokens: Model<EmailTokenDocument>) {}

  async insert(token: EmailTokenDocument): Promise<void> {
    await new this.tokens(token).save();
  }

  async find(hash: string, purpose: EmailPurpose): Promise<EmailTokenDocument | null> {
    return this.tokens
      .findOne({ _id: hash, purpose, expiresAt: trusted({ $gt: new Date() }) })
      .lean<EmailTokenDocument>();
  }

  /** Takes a token out, so that of two callers one gets it. */
  async take(hash: string, purpose: EmailPurpose): Promise<EmailTokenDocument | null> {
    return this.tokens
      .findOneAndDelete({ _id: hash, purpose, expiresAt: trusted({ $gt: new Date() }) })
      .lean<EmailTokenDocument>();
  }

  async countSince(email: string, purpose: EmailPurpose, since: Date): Promise<number> {
    return this.tokens.countDocuments({ email, purpose, createdAt: trusted({ $gt: since }) }).hint(HINT);
  }

  async deleteAll(email: string, purpose: EmailPurpose): Promise<void> {
    await this.tokens.deleteMany({ email, purpose }).hint(HINT);
  }
}
