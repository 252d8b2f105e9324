import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Model, Types, type ClientSession } from 'mongoose';
import type { ShopDomain } from '../../kernel/shop-domain.js';
import { SitemapDocument } from './sitemap.schema.js';

const HINT = 'shop_generatedAt';

@Injectable()
export class SitemapsRepository {
  constructor(@InjectModel(SitemapDocument.name) private readonly sitemaps: Model<SitemapDocument>) {}

  async insert(sitemap: Omit<SitemapDocument, '_id'>, session: ClientSession): Promise<SitemapDocument> {
    return (await new this.sitemaps(sitemap).save({ session })).toObject();
  }

  /** Newest first. */
  async list(shop: ShopDomain, offset: number, limit: number): Promise<SitemapDocument[]> {
    return this.sitemaps
      .find({ shop })
      .sort({ generatedAt: -1 })
      .skip(offset)
      .limit(limit)
      .hint(HINT)
      .lean<SitemapDocument[]>();
  }

  async latest(shop: ShopDomain): Promise<SitemapDocument | undefined> {
    return (await this.list(shop, 0, 1))[0];
  }

  async count(shop: ShopDomain): Promise<number> {
    return this.sitemaps.countDocuments({ shop }).hint(HINT);
  }

  async findById(shop: ShopDomain, id: string): Promise<SitemapDocument | null> {
    if (!Types.ObjectId.isValid(id)) return null;
    return this.sitemaps.findOne({ _id: new Types.ObjectId(id), shop }).lean<SitemapDocument>();
  }

  async findByJob(shop: ShopDomain, jobId: string): Promise<SitemapDocument | null> {
    return this.sitemaps.findOne({ shop, jobId }).hint('shop_jobId').lean<SitemapDocument>();
  }

  /** Shops with more than so many versions, each with how many those are. */
  async shopsBeyond(versions: number): Promise<{ shop: ShopDomain; count: number }[]> {
    const found = await this.sitemaps
      .aggregate<{ _id: ShopDomain; count: number }>([
        { $sort: { shop: 1 } }, // so that the index is walked and no document read
        { $group: { _id: '$shop', count: { $sum: 1 } } },
        { $match: { count: { $gt: versions } } },
      ])
      .hint(HINT);
    return found.map(({ _id, count }) => ({ shop: _id, count }));
  }

  async delete(shop: ShopDomain, id: Types.ObjectId): Promise<void> {
    await this.sitemaps.deleteOne({ _id: id, shop });
  }

  async deleteAll(shop: ShopDomain): Promise<void> {
    await this.sitemaps.deleteMany({ shop }).hint(HINT);
  }
}
