import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Model, trusted, Types, type ClientSession } from 'mongoose';
import { MailSuppressionDocument, type SuppressionReason } from './mail-suppression.schema.js';

export interface SuppressionFilter {
  address?: string;
  reason?: SuppressionReason;
}

/** The `mail_suppressions` collection. Its tenant is the scope; operators see all. */
@Injectable()
export class MailSuppressionsRepository {
  constructor(
    @InjectModel(MailSuppressionDocument.name) private readonly suppressions: Model<MailSuppressionDocument>,
  ) {}

  /** What stands against an address in any of the scopes. */
  async of(scopes: readonly string[], address: string): Promise<MailSuppressionDocument[]> {
    return this.suppressions
      .find({ address, scope: trusted({ $in: [...scopes] }) })
      .hint('address_scope_reason')
      .lean<MailSuppressionDocument[]>();
  }

  /** Adds an entry unless it is there; the one that is there then, and whether it is new. */
  async put(
    { _id, scope, address, reason, ...rest }: MailSuppressionDocument,
    session: ClientSession,
  ): Promise<{ entry: MailSuppressionDocument; isNew: boolean }> {
    const entry = await this.suppressions
      .findOneAndUpdate(
        { address, scope, reason },
        { $setOnInsert: { _id, ...rest } },
        { upsert: true, returnDocument: 'after', session },
      )
      .lean<MailSuppressionDocument>()
      .orFail();
    return { entry, isNew: entry._id.equals(_id) };
  }

  async find(id: string): Promise<MailSuppressionDocument | null> {
    if (!Types.ObjectId.isValid(id)) return null;
    return this.suppressions.findOne({ _id: new Types.ObjectId(id) }).lean<MailSuppressionDocument>();
  }

  async delete(id: string, session: ClientSession): Promise<MailSuppressionDocument | null> {
    if (!Types.ObjectId.isValid(id)) return null;
    return this.suppressions
      .findOneAndDelete({ _id: new Types.ObjectId(id) }, { session })
      .lean<MailSuppressionDocument>();
  }

  /** Newest first, after the entry `before`. */
  async list(
    { address, reason }: SuppressionFilter,
    before: Types.ObjectId | undefined,
    limit: number,
  ): Promise<MailSuppressionDocument[]> {
    return this.suppressions
      .find({
        ...(address ? { address } : {}),
        ...(reason ? { reason } : {}),
        ...(before ? { _id: trusted({ $lt: before }) } : {}),
      })
      .sort({ _id: -1 })
      .limit(limit)
      .hint(address ? 'address_id' : reason ? 'reason_id' : '_id_')
      .lean<MailSuppressionDocument[]>();
  }

  async deleteAll(scope: string): Promise<void> {
    await this.suppressions.deleteMany({ scope }).hint('scope');
  }
}
