import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Model, trusted, Types, type ClientSession } from 'mongoose';
import type { ShopDomain } from '../../../kernel/shop-domain.js';
import { ApiKeyDocument } from './api-key.schema.js';

export type NewApiKey = Omit<ApiKeyDocument, 'lastUsedAt' | 'revokedAt' | 'replacedBy'>;

@Injectable()
export class ApiKeysRepository {
  constructor(@InjectModel(ApiKeyDocument.name) private readonly keys: Model<ApiKeyDocument>) {}

  async insert(key: NewApiKey, session: ClientSession): Promise<ApiKeyDocument> {
    const created = new this.keys(key);
    await created.save({ session });
    return created.toObject();
  }

  async find(shop: ShopDomain | null, id: string): Promise<ApiKeyDocument | null> {
    if (!Types.ObjectId.isValid(id)) return null;
    return this.keys.findOne({ _id: new Types.ObjectId(id), shop, revokedAt: null }).lean<ApiKeyDocument>();
  }

  /** Names a key's successor and its end; false when it has a successor already or is revoked. */
  async replace(
    shop: ShopDomain | null,
    id: Types.ObjectId,
    by: Types.ObjectId,
    expiresAt: Date,
    session: ClientSession,
  ): Promise<boolean> {
    const { modifiedCount } = await this.keys.updateOne(
      { _id: id, shop, revokedAt: null, replacedBy: null },
      { $set: { replacedBy: by, expiresAt } },
      { session },
    );
    return modifiedCount === 1;
  }

  /** The key that is in force under this hash. Not scoped by tenant: it is what tells the tenant. */
  async findLive(hash: string, now: Date): Promise<ApiKeyDocument | null> {
    const key = await this.keys.findOne({ hash, revokedAt: null }).lean<ApiKeyDocument>();
    return key && (key.expiresAt === null || key.expiresAt > now) ? key : null;
  }

  async touch(id: Types.ObjectId, now: Date): Promise<void> {
    await this.keys.updateOne({ _id: id }, { $set: { lastUsedAt: now } });
  }

  async list(shop: ShopDomain | null, offset: number, limit: number): Promise<ApiKeyDocument[]> {
    return this.keys
      .find({ shop, revokedAt: null })
      .sort({ createdAt: -1 })
      .skip(offset)
      .limit(limit)
      .hint('shop_revokedAt_createdAt')
      .lean<ApiKeyDocument[]>();
  }

  async count(shop: ShopDomain | null): Promise<number> {
    return this.keys.countDocuments({ shop, revokedAt: null }).hint('shop_revokedAt_createdAt');
  }

  /** Returns the revoked key, or null when the tenant has no such live key. */
  async revoke(shop: ShopDomain | null, id: string, session: ClientSession): Promise<ApiKeyDocument | null> {
    if (!Types.ObjectId.isValid(id)) return null;
    return this.keys
      .findOneAndUpdate(
        { _id: new Types.ObjectId(id), shop, revokedAt: null },
        { $set: { revokedAt: new Date() } },
        { returnDocument: 'after', session },
      )
      .lean<ApiKeyDocument>();
  }

  /** Returns how many there were. */
  async revokeAll(shop: ShopDomain, issuedUntil: Date, session: ClientSession): Promise<number> {
    const { modifiedCount } = await this.keys
      .updateMany(
        { shop, revokedAt: null, createdAt: trusted({ $lte: issuedUntil }) },
        { $set: { revokedAt: new Date() } },
        { session },
      )
      .hint('shop_revokedAt_createdAt');
    return modifiedCount;
  }

  async deleteAll(shop: ShopDomain): Promise<void> {
    await this.keys.deleteMany({ shop }).hint('shop_revokedAt_createdAt');
  }

  /** Whether any key of this role exists (start of an empty installation). */
  async hasLive(filter: { shop: ShopDomain | null; name: string }): Promise<boolean> {
    const found = await this.keys
      .findOne({ ...filter, revokedAt: trusted({ $eq: null }) })
      .hint('shop_revokedAt_createdAt')
      .lean<ApiKeyDocument>();
    return found !== null;
  }
}
