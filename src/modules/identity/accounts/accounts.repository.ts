import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Model, Types, type ClientSession } from 'mongoose';
import type { PrincipalRole } from '../../../platform/http/access.js';
import { AccountDocument } from './account.schema.js';

export type NewAccount = Pick<AccountDocument, 'email' | 'passwordHash' | 'role'>;

@Injectable()
export class AccountsRepository {
  constructor(@InjectModel(AccountDocument.name) private readonly accounts: Model<AccountDocument>) {}

  async findByEmail(email: string): Promise<AccountDocument | null> {
    return this.accounts.findOne({ email }).hint('email').lean<AccountDocument>();
  }

  async findById(id: string): Promise<AccountDocument | null> {
    if (!Types.ObjectId.isValid(id)) return null;
    return this.accounts.findOne({ _id: new Types.ObjectId(id) }).lean<AccountDocument>();
  }

  /** @throws a duplicate key error of the index `email` */
  async insert(account: NewAccount, session?: ClientSession): Promise<AccountDocument> {
    const created = new this.accounts({ ...account, createdAt: new Date() });
    await created.save({ session: session ?? null });
    return created.toObject();
  }

  /** Creates the account or gives an existing one this password and role. */
  async put(
    email: string,
    passwordHash: string,
    role: PrincipalRole,
    session: ClientSession,
  ): Promise<AccountDocument> {
    return this.accounts
      .findOneAndUpdate(
        { email },
        { $set: { passwordHash, role }, $setOnInsert: { createdAt: new Date() } },
        { upsert: true, returnDocument: 'after', session },
      )
      .hint('email')
      .lean<AccountDocument>()
      .orFail();
  }

  /** Sets a password, if the present hash is the one given; false when it is another by now. */
  async setPassword(
    id: Types.ObjectId,
    passwordHash: string,
    present?: string,
    session?: ClientSession,
  ): Promise<boolean> {
    const filter = { _id: id, ...(present ? { passwordHash: present } : {}) };
    return (
      (await this.accounts.updateOne(filter, { $set: { passwordHash } }, session ? { session } : {}))
        .matchedCount === 1
    );
  }
}
