import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Model, Types, type ClientSession, type Connection, type mongo } from 'mongoose';
import type { ShopDomain } from '../../kernel/shop-domain.js';
import type { PendingChange } from '../../platform/audit/audit-event.schema.js';
import { AuditOutbox, type Outlet } from '../../platform/audit/audit-outbox.js';
import { bulkFailures, isOnlyDuplicates } from '../../platform/database/database-errors.js';
import { readPage } from '../../platform/database/read-page.js';
import { VARIANT_FIELDS } from './catalogue-variant.js';
import type { ProductContent } from './product-document.js';
import { ProductDocument } from './product.schema.js';
import type { ProductQuery } from './products.query.js';

export type Projection = Record<string, 1 | 0>;

const SHOWN_FIELDS = {
  ...{ handle: 1, title: 1, vendor: 1, productType: 1, tags: 1, currency: 1, priceMin: 1, priceMax: 1 },
  images: { $slice: 1 },
} as const;

/** What everybody may see of a product that is on sale; of its images the first. */
export type ShownProduct = Pick<
  ProductDocument,
  | '_id'
  | 'handle'
  | 'title'
  | 'vendor'
  | 'productType'
  | 'tags'
  | 'currency'
  | 'priceMin'
  | 'priceMax'
  | 'images'
>;

const WITHOUT_SEARCH: Projection = { search: 0 };
const STREAM_BATCH = 500;

/** A change of one product, expected at a version. */
export interface ProductUpdate {
  _id: Types.ObjectId;
  version: number;
  content: ProductContent;
}

/**
 * The `products` collection. It goes through the native collection of the Mongoose model: lists and imports are the
 * hottest paths of the product, and plain objects in and out need no hydration or casting (ADR 0004).
 */
@Injectable()
export class ProductsRepository {
  private readonly products: mongo.Collection<ProductDocument>;

  private readonly outlet: Outlet;
  private readonly connection: Connection;

  constructor(@InjectModel(ProductDocument.name) model: Model<ProductDocument>, outbox: AuditOutbox) {
    this.products = model.collection as unknown as mongo.Collection<ProductDocument>;
    this.outlet = outbox.register(this.products);
    this.connection = model.db;
  }

  /** Stores a new product and the event of its creation, in one write. */
  async insert(document: ProductDocument, event: PendingChange): Promise<void> {
    await this.products.insertOne({ ...document, pendingAudit: [event] });
    this.outlet.written(document._id);
  }

  async findById(
    shop: ShopDomain,
    id: string,
    projection: Projection = WITHOUT_SEARCH,
  ): Promise<ProductDocument | null> {
    if (!Types.ObjectId.isValid(id)) return null;
    return this.products.findOne({ _id: new Types.ObjectId(id), shop }, { projection });
  }

  /** The product as BSON. */
  async readById(shop: ShopDomain, id: string): Promise<Uint8Array | undefined> {
    return Types.ObjectId.isValid(id) ? this.read({ _id: new Types.ObjectId(id), shop }, '_id_') : undefined;
  }

  /** The product as BSON. */
  async readByHandle(shop: ShopDomain, handle: string): Promise<Uint8Array | undefined> {
    return this.read({ shop, handle }, 'shop_handle');
  }

  async findByHandles(shop: ShopDomain, handles: string[]): Promise<ProductDocument[]> {
    return this.products
      .find({ shop, handle: { $in: handles } }, { projection: WITHOUT_SEARCH, hint: 'shop_handle' })
      .toArray();
  }

  /** The products that have one of the variants, each with those of them alone; one command. */
  async findByVariants(shop: ShopDomain, variantIds: Types.ObjectId[]): Promise<ProductDocument[]> {
    const wanted = { $filter: { input: '$variants', cond: { $in: ['$$this.id', variantIds] } } };
    return this.products
      .find(
        { shop, 'variants.id': { $in: variantIds } },
        {
          projection: { ...VARIANT_FIELDS, variants: wanted },
          hint: 'shop_variants.id',
          batchSize: variantIds.length + 1,
        },
      )
      .toArray();
  }

  /** Those of the products that customers see, in no order; one command. */
  async findShown(shop: ShopDomain, ids: readonly string[]): Promise<ShownProduct[]> {
    const _id = { $in: ids.map((id) => new Types.ObjectId(id)) };
    return this.products
      .find<ShownProduct>(
        { _id, shop, status: 'active', published: true },
        { projection: SHOWN_FIELDS, batchSize: ids.length + 1 },
      )
      .toArray();
  }

  /** What the products of these ids are called; one command. */
  async findNames(
    shop: ShopDomain,
    ids: readonly string[],
  ): Promise<Pick<ProductDocument, '_id' | 'title' | 'handle'>[]> {
    const _id = { $in: ids.map((id) => new Types.ObjectId(id)) };
    return this.products
      .find({ _id, shop }, { projection: { title: 1, handle: 1 }, batchSize: ids.length + 1 })
      .toArray();
  }

  /** Which of the ids are products of the shop, as a transaction sees it. */
  async existing(shop: ShopDomain, ids: readonly string[], session: ClientSession): Promise<string[]> {
    const _id = { $in: ids.map((id) => new Types.ObjectId(id)) };
    const found = this.products.find({ _id, shop }, { projection: { _id: 1 }, session: session });
    return (await found.toArray()).map((product) => String(product._id));
  }

  /** A page's documents as BSON. One command: the whole of it comes in the first batch. */
  async list(query: ProductQuery, projection: Projection, limit: number, skip = 0): Promise<Uint8Array[]> {
    return readPage(this.connection, this.products, { ...query, projection, limit, skip });
  }

  async count({ filter, hint }: Pick<ProductQuery, 'filter' | 'hint'>): Promise<number> {
    return this.products.countDocuments(filter, { hint });
  }

  /** The products of a shop. */
  async countAll(shop: ShopDomain): Promise<number> {
    return this.products.countDocuments({ shop }, { hint: 'shop_handle' });
  }

  /** Products with applied optimised texts. */
  async countOptimized(shop: ShopDomain): Promise<number> {
    return this.products.countDocuments(
      { shop, 'seo.optimized': { $exists: true } },
      { hint: 'shop_seo.optimized' },
    );
  }

  async countActive(shop: ShopDomain): Promise<number> {
    return this.products.countDocuments({ shop, status: 'active' }, { hint: 'shop_status_id' });
  }

  /** Replaces the content if the version still is the expected one; the event of it comes with the same write. */
  async update(
    shop: ShopDomain,
    { _id, version, content }: ProductUpdate,
    event: PendingChange,
  ): Promise<ProductDocument | null> {
    const updated = await this.products.findOneAndUpdate(
      { _id, shop, version },
      {
        $set: { ...content, updatedAt: new Date() },
        $inc: { version: 1 },
        $push: { pendingAudit: event },
      },
      { returnDocument: 'after', projection: WITHOUT_SEARCH },
    );
    if (updated) this.outlet.written(_id);
    return updated;
  }

  /** Removes the product if it has the expected version, and gives what it was. */
  async delete(
    shop: ShopDomain,
    id: string,
    version: number | undefined,
    session: ClientSession,
  ): Promise<ProductDocument | null> {
    if (!Types.ObjectId.isValid(id)) return null;
    const filter = { _id: new Types.ObjectId(id), shop, ...(version === undefined ? {} : { version }) };
    const deleted = await this.products.findOneAndDelete(filter, { projection: WITHOUT_SEARCH, session });
    if (deleted) await this.outlet.rescue(deleted, session);
    return deleted;
  }

  /** Inserts many; returns the handles that were taken meanwhile. Other failures throw. */
  async insertMany(documents: ProductDocument[]): Promise<Set<string>> {
    if (documents.length === 0) return new Set();
    try {
      await this.products.insertMany(documents, { ordered: false });
      return new Set();
    } catch (error) {
      const failures = bulkFailures(error);
      if (!failures || !isOnlyDuplicates(failures)) throw error;
      return new Set(failures.map(({ index }) => documents[index]?.handle ?? ''));
    }
  }

  /** Applies many changes in one command; returns how many met the version they expected. */
  async updateMany(shop: ShopDomain, updates: ProductUpdate[]): Promise<number> {
    if (updates.length === 0) return 0;
    const updatedAt = new Date();
    const result = await this.products.bulkWrite(
      updates.map(({ _id, version, content }) => ({
        updateOne: {
          filter: { _id, shop, version },
          update: { $set: { ...content, updatedAt }, $inc: { version: 1 } },
        },
      })),
      { ordered: false },
    );
    return result.matchedCount;
  }

  /** Every product of a shop by handle, in batches. */
  streamAll(shop: ShopDomain): AsyncIterable<ProductDocument> {
    return this.products.find(
      { shop },
      { projection: WITHOUT_SEARCH, sort: { handle: 1 }, hint: 'shop_handle', batchSize: STREAM_BATCH },
    );
  }

  /** Active products in the order of their ids, which never change: each comes once however the catalogue moves. */
  streamActive(shop: ShopDomain, projection: Projection): AsyncIterable<ProductDocument> {
    return this.products.find(
      { shop, status: 'active' },
      { projection, sort: { _id: 1 }, hint: 'shop_status_id', batchSize: STREAM_BATCH },
    );
  }

  /** The names of unmodelled columns that a shop's products carry. */
  async extraColumns(shop: ShopDomain): Promise<string[]> {
    const columns = new Set<string>();
    const rows = this.products.find(
      { shop },
      {
        projection: { 'extra.column': 1, 'variants.extra.column': 1, 'images.extra.column': 1 },
        sort: { handle: 1 },
        hint: 'shop_handle',
        batchSize: STREAM_BATCH,
      },
    );
    for await (const { extra, variants, images } of rows) {
      for (const { column } of extra) columns.add(column);
      for (const part of [...variants, ...images])
        for (const { column } of part.extra ?? []) columns.add(column);
    }
    return [...columns];
  }

  async deleteAll(shop: ShopDomain): Promise<void> {
    await this.products.deleteMany({ shop }, { hint: 'shop_handle' });
  }

  private async read(filter: ProductQuery['filter'], hint: string): Promise<Uint8Array | undefined> {
    const one = { filter, projection: WITHOUT_SEARCH, sort: {}, hint, limit: 1 };
    return (await readPage(this.connection, this.products, one))[0];
  }
}
