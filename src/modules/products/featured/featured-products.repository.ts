import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Model, Types, type ClientSession, type mongo } from 'mongoose';
import type { ShopDomain } from '../../../kernel/shop-domain.js';
import { FeaturedProductsDocument } from './featured-products.schema.js';

/** What a shop features; version 0 and nothing before it was first arranged. */
export interface FeaturedSelection {
  productIds: string[];
  version: number;
}

const HINT = 'shop';

/** The `featured_products` collection, natively (ADR 0004). */
@Injectable()
export class FeaturedProductsRepository {
  private readonly featured: mongo.Collection<FeaturedProductsDocument>;

  constructor(@InjectModel(FeaturedProductsDocument.name) model: Model<FeaturedProductsDocument>) {
    this.featured = model.collection as unknown as mongo.Collection<FeaturedProductsDocument>;
  }

  async find(shop: ShopDomain, session?: ClientSession): Promise<FeaturedSelection> {
    const options = { hint: HINT, ...(session ? { session: session } : {}) };
    const found = await this.featured.findOne({ shop }, options);
    return { productIds: found?.productIds.map(String) ?? [], version: found?.version ?? 0 };
  }

  /** Writes the list in the place of the one at `version`; false when that has changed. */
  async replace(
    shop: ShopDomain,
    productIds: readonly string[],
    version: number,
    session: ClientSession,
  ): Promise<boolean> {
    const content = {
      productIds: productIds.map((id) => new Types.ObjectId(id)),
      version: version + 1,
      updatedAt: new Date(),
    };
    if (version === 0) {
      await this.featured.insertOne({ _id: new Types.ObjectId(), shop, ...content }, { session: session });
      return true;
    }
    const options = { hint: HINT, session: session };
    const { matchedCount } = await this.featured.updateOne({ shop, version }, { $set: content }, options);
    return matchedCount === 1;
  }

  /** Takes a product out, in the transaction that deletes it. */
  async remove(shop: ShopDomain, productId: Types.ObjectId, session: ClientSession): Promise<void> {
    await this.featured.updateOne(
      { shop, productIds: productId },
      { $pull: { productIds: productId }, $inc: { version: 1 }, $set: { updatedAt: new Date() } },
      { hint: HINT, session: session },
    );
  }

  async deleteAll(shop: ShopDomain): Promise<void> {
    await this.featured.deleteMany({ shop }, { hint: HINT });
  }
}
