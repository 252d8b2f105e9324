import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Model, trusted, type ClientSession, type Types } from 'mongoose';
import type { ShopDomain } from '../../kernel/shop-domain.js';
import type { Shop, ShopSettings } from './shop.js';
import { ShopDocument } from './shop.schema.js';

const WITHOUT_ID = { _id: 0, installation: 0 } as const;

@Injectable()
export class ShopsRepository {
  constructor(@InjectModel(ShopDocument.name) private readonly shops: Model<ShopDocument>) {}

  async find(shop: ShopDomain, session: ClientSession | null = null): Promise<Shop | null> {
    return this.shops.findOne({ shop }, WITHOUT_ID).session(session).lean<Shop>();
  }

  /** The shop if it was this installation that made it or brought it back. */
  async findInstallation(shop: ShopDomain, installation: Types.ObjectId): Promise<Shop | null> {
    return this.shops.findOne({ shop, installation }, WITHOUT_ID).lean<Shop>();
  }

  /** Newest installation first. */
  async list(offset: number, limit: number): Promise<Shop[]> {
    return this.shops
      .find({}, WITHOUT_ID)
      .sort({ installedAt: -1 })
      .skip(offset)
      .limit(limit)
      .hint('installedAt')
      .lean<Shop[]>();
  }

  async count(): Promise<number> {
    return this.shops.estimatedDocumentCount();
  }

  async insert(installation: Types.ObjectId, shop: Shop, session: ClientSession): Promise<void> {
    await new this.shops({ ...shop, installation }).save({ session });
  }

  /** Changes settings if the version still is the expected one; null when it is not, or the shop is gone. */
  async update(
    shop: ShopDomain,
    settings: Partial<ShopSettings>,
    version: number | undefined,
    session: ClientSession,
  ): Promise<Shop | null> {
    return this.shops
      .findOneAndUpdate(
        { shop, ...(version === undefined ? {} : { version }) },
        { $set: { ...settings, updatedAt: new Date() }, $inc: { version: 1 } },
        { returnDocument: 'after', projection: WITHOUT_ID, session },
      )
      .lean<Shop>();
  }

  async uninstall(shop: ShopDomain, now: Date, session: ClientSession): Promise<Shop | null> {
    return this.shops
      .findOneAndUpdate(
        { shop, uninstalledAt: null },
        { $set: { uninstalledAt: now, updatedAt: now }, $inc: { version: 1 } },
        { returnDocument: 'after', projection: WITHOUT_ID, session },
      )
      .lean<Shop>();
  }

  /** Brings an uninstalled shop back with new settings, unless its purge has begun. */
  async reinstall(
    shop: ShopDomain,
    installation: Types.ObjectId,
    settings: ShopSettings,
    now: Date,
    session: ClientSession,
  ): Promise<Shop | null> {
    return this.shops
      .findOneAndUpdate(
        { shop, uninstalledAt: trusted({ $ne: null }), purgingAt: trusted({ $exists: false }) },
        {
          $set: { ...settings, installation, uninstalledAt: null, installedAt: now, updatedAt: now },
          $inc: { version: 1 },
        },
        { returnDocument: 'after', projection: WITHOUT_ID, session },
      )
      .lean<Shop>();
  }

  async uninstalledBefore(before: Date, limit: number): Promise<ShopDomain[]> {
    const shops = await this.shops
      .find({ uninstalledAt: trusted({ $lte: before }) }, { shop: 1 })
      .sort({ uninstalledAt: 1 })
      .limit(limit)
      .hint('uninstalledAt')
      .lean<Pick<Shop, 'shop'>[]>();
    return shops.map(({ shop }) => shop);
  }

  /** Claims a shop for its purge; false when it was installed again meanwhile. */
  async beginPurge(shop: ShopDomain, before: Date): Promise<boolean> {
    const { matchedCount } = await this.shops.updateOne(
      { shop, uninstalledAt: trusted({ $lte: before }) },
      { $set: { purgingAt: new Date() } },
    );
    return matchedCount === 1;
  }

  async delete(shop: ShopDomain, session: ClientSession): Promise<boolean> {
    const filter = { shop, purgingAt: trusted({ $exists: true }) };
    return (await this.shops.deleteOne(filter, { session })).deletedCount === 1;
  }
}
