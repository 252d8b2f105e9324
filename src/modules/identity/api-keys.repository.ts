import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Model, trusted, Types } from 'mongoose';
import type { ShopDomain } from '../../kernel/shop-domain.js';
import { ApiKeyDocument } from './api-key.schema.js';

export type NewApiKey = Omit<ApiKeyDocument, '_id' | 'lastUsedAt' | 'revokedAt'>;

@Injectable()
export class ApiKeysRepository {
  constructor(@InjectModel(ApiKeyDocument.name) private readonly keys: Model<ApiKeyDocument>) {}

  async insert(key: NewApiKey): Promise<ApiKeyDocument> {
    return (await new this.keys(key).save()).toObject();
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

  /** Returns the revoked key's hash, or undefined when the tenant has no such live key. */
  async revoke(shop: ShopDomain | null, id: string): Promise<string | undefined> {
    if (!Types.ObjectId.isValid(id)) return undefined;
    const key = await this.keys
      .findOneAndUpdate({ _id: new Types.ObjectId(id), shop, revokedAt: null }, { $set: { revokedAt: new Date() } })
      .lean<ApiKeyDocument>();
    return key?.hash;
  }

  async revokeAll(shop: ShopDomain): Promise<void> {
    await this.keys
      .updateMany({ shop, revokedAt: null }, { $set: { revokedAt: new Date() } })
      .hint('shop_revokedAt_createdAt');
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
