import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Model, type Types } from 'mongoose';
import { isDuplicateKey } from '../../../platform/database/database-errors.js';
import { RefreshTokenDocument } from './refresh-token.schema.js';

@Injectable()
export class RefreshTokensRepository {
  constructor(@InjectModel(RefreshTokenDocument.name) private readonly tokens: Model<RefreshTokenDocument>) {}

  async find(hash: string): Promise<RefreshTokenDocument | null> {
    return this.tokens.findOne({ _id: hash }).lean<RefreshTokenDocument>();
  }

  /** Stores a token; one that is stored already stays as it is. */
  async put(hash: string, session: Types.ObjectId, expiresAt: Date): Promise<void> {
    try {
      await new this.tokens({ _id: hash, session, expiresAt }).save();
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
    }
  }

  /** Marks a token as exchanged; one that is already keeps its time. */
  async use(hash: string): Promise<void> {
    await this.tokens.updateOne({ _id: hash, usedAt: null }, { $set: { usedAt: new Date() } });
  }
}
