import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Model, Types } from 'mongoose';
import type { PrincipalRole } from '../../platform/http/access.js';
import { AccountDocument } from './account.schema.js';

@Injectable()
export class AccountsRepository {
  constructor(@InjectModel(AccountDocument.name) private readonly accounts: Model<AccountDocument>) {}

  async findByEmail(email: string): Promise<AccountDocument | null> {
    return this.accounts.findOne({ email }).lean<AccountDocument>();
  }

  async findById(id: string): Promise<AccountDocument | null> {
    if (!Types.ObjectId.isValid(id)) return null;
    return this.accounts.findOne({ _id: new Types.ObjectId(id) }).lean<AccountDocument>();
  }

  /** Creates the account or gives an existing one this password and role. */
  async put(email: string, passwordHash: string, role: PrincipalRole): Promise<void> {
    await this.accounts.updateOne(
      { email },
      { $set: { passwordHash, role }, $setOnInsert: { createdAt: new Date() } },
      { upsert: true },
    );
  }
}
