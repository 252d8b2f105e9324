import { Injectable, type OnModuleInit } from '@nestjs/common';
import { mongo, Types } from 'mongoose';
import { AppError } from '../../kernel/errors.js';
import type { ShopDomain } from '../../kernel/shop-domain.js';
import { isDuplicateKey } from '../../platform/database/database-errors.js';
import { CacheService } from '../../platform/cache/cache.service.js';
import { AuditTrail } from '../../platform/audit/audit-trail.js';
import { createOnce } from '../../platform/idempotency/creation.js';
import { TenantData } from '../../platform/tenancy/tenant-data.js';
import { ShopsService } from '../shops/index.js';
import { ProductQuota } from '../subscriptions/index.js';
import { FeaturedProductsRepository } from './featured/featured-products.repository.js';
import { normaliseHandle } from './import/csv/handle.js';
import { completeDraft } from './import/csv/merge.js';
import { productChange } from './product-audit.js';
import { toCatalogueVariants, type CatalogueVariant } from './catalogue-variant.js';
import { contentOf, draftOf, newDocument } from './product-document.js';
import type { ProductInput } from './product-input.js';
import { mergeInput } from './product-input.js';
import type { ProductField } from './product.dto.js';
import type { ProductDocument } from './product.schema.js';
import type { ProductDraft } from './product.js';
import { cursorAfter, productQuery, sortedBy, type ProductFilter } from './products.query.js';
import { productsTag } from './products.cache.js';
import { ProductsRepository, type Projection } from './products.repository.js';

export interface ProductListRequest {
  filter: ProductFilter;
  sort: string;
  limit: number;
  cursor?: string;
  /** Offset pagination with a total, instead of a cursor. */
  offset?: number;
  fields: readonly ProductField[];
}

export interface ProductPage {
  /** As BSON (`BsonToJson`). */
  products: Uint8Array[];
  nextCursor: string | null;
  hasMore: boolean;
  total?: number;
}

/** How often a free handle is looked for before giving up. */
const HANDLE_TRIES = 50;

/** The catalogue of a shop. */
@Injectable()
export class ProductsService implements OnModuleInit {
  constructor(
    private readonly repository: ProductsRepository,
    private readonly featured: FeaturedProductsRepository,
    private readonly shops: ShopsService,
    private readonly quota: ProductQuota,
    private readonly tenants: TenantData,
    private readonly cache: CacheService,
    private readonly audit: AuditTrail,
  ) {}

  onModuleInit(): void {
    this.tenants.register('products', (shop) => this.repository.deleteAll(shop));
  }

  async list(shop: ShopDomain, request: ProductListRequest): Promise<ProductPage> {
    const query = productQuery(shop, request.filter, request.sort, request.cursor);
    const projection = projectionOf(request.fields, request.sort);
    const { limit, offset } = request;
    if (offset !== undefined) {
      const products = await this.repository.list(query, projection, limit, offset);
      const total = await this.repository.count(query);
      return { products, nextCursor: null, hasMore: offset + products.length < total, total };
    }
    // one more than asked tells whether there is a next page
    const products = await this.repository.list(query, projection, limit + 1);
    const hasMore = products.length > limit;
    if (hasMore) products.pop();
    const last = products.at(-1);
    return {
      products,
      hasMore,
      nextCursor: hasMore && last ? cursorAfter(request.sort, decoded(last)) : null,
    };
  }

  /** @throws AppError `product_not_found` */
  async get(shop: ShopDomain, id: string): Promise<ProductDocument> {
    const product = await this.repository.findById(shop, id);
    if (!product) throw notFound(id);
    return product;
  }

  /**
   * A product as BSON (`toReadyProduct`).
   * @throws AppError `product_not_found`
   */
  async read(shop: ShopDomain, id: string): Promise<Uint8Array> {
    const product = await this.repository.readById(shop, id);
    if (!product) throw notFound(id);
    return product;
  }

  /**
   * As `read`.
   * @throws AppError `product_not_found`
   */
  async readByHandle(shop: ShopDomain, handle: string): Promise<Uint8Array> {
    const product = await this.repository.readByHandle(shop, handle);
    if (!product) throw notFound(handle);
    return product;
  }

  /**
   * Adds a product. Without a handle, one is made from the title and numbered until it is free.
   * @throws AppError `duplicate_handle`, `product_limit_reached`, `validation_failed`
   */
  async create(shop: ShopDomain, input: ProductInput & { title: string }): Promise<ProductDocument> {
    const currency = await this.shops.currency(shop);
    const wanted = input.handle ?? handleOf(input.title);
    const draft = mergeInput(
      { ...input, handle: wanted },
      completeDraft({ handle: wanted, title: input.title, seo: {}, extra: [], extraKeys: new Set() }),
    );
    const findFree = input.handle === undefined;
    const product = await createOnce(
      'product',
      (id) => this.repository.findById(shop, String(id)),
      (id) =>
        this.quota.occupyOne(shop, () =>
          this.insert((n) => newDocument(shop, currency, numbered(draft, n), new Date(), id), findFree),
        ),
    );
    await this.cache.invalidateTags(productsTag(shop));
    return product;
  }

  /**
   * Changes the fields that are given; `version` is what the caller last saw. Without it the change is applied to
   * whatever stands there now, so that no other change is lost.
   * @throws AppError `product_not_found`, `version_mismatch`, `duplicate_handle`, `validation_failed`
   */
  async update(
    shop: ShopDomain,
    id: string,
    input: ProductInput,
    version?: number,
  ): Promise<ProductDocument> {
    for (;;) {
      const current = await this.get(shop, id);
      if (version !== undefined && version !== current.version) throw outdated(current);
      const content = contentOf(mergeInput(input, draftOf(current)), current);
      try {
        const { _id, version: expected } = current;
        const event = this.audit.eventOf(productChange('updated', current, { ...current, ...content }));
        const updated = await this.repository.update(shop, { _id, version: expected, content }, event);
        if (updated) {
          await this.cache.invalidateTags(productsTag(shop));
          return updated;
        }
      } catch (error) {
        if (isDuplicateKey(error, 'shop_handle')) throw taken(content.handle);
        throw error;
      }
    }
  }

  /** @throws AppError `product_not_found`, `version_mismatch` */
  async delete(shop: ShopDomain, id: string, version?: number): Promise<void> {
    const deleted = await this.audit.recorded(
      async (session) => {
        const removed = await this.repository.delete(shop, id, version, session);
        if (removed) await this.featured.remove(shop, removed._id, session);
        return removed;
      },
      (before) => before && productChange('deleted', before, null),
    );
    if (deleted) {
      await this.quota.release(shop, 1);
      await this.cache.invalidateTags(productsTag(shop));
      return;
    }
    throw outdated(await this.get(shop, id));
  }

  /** The variants of these ids that the catalogue has, by id; one command. */
  async variants(shop: ShopDomain, ids: Iterable<string>): Promise<Map<string, CatalogueVariant>> {
    const wanted = [...new Set(ids)].map((id) => new Types.ObjectId(id));
    if (wanted.length === 0) return new Map();
    const products = await this.repository.findByVariants(shop, wanted);
    return new Map(products.flatMap(toCatalogueVariants).map((variant) => [variant.variantId, variant]));
  }

  /** What the products are called that are still there, by id; one command. */
  async names(
    shop: ShopDomain,
    ids: readonly string[],
  ): Promise<Map<string, Pick<ProductDocument, 'title' | 'handle'>>> {
    const found = await this.repository.findNames(shop, ids);
    return new Map(found.map(({ _id, title, handle }) => [String(_id), { title, handle }]));
  }

  async count(shop: ShopDomain): Promise<number> {
    return this.repository.countAll(shop);
  }

  /** Active products on the online store, as a sitemap needs them; each once, in a stable order. */
  async *streamPublished(
    shop: ShopDomain,
  ): AsyncGenerator<Pick<ProductDocument, 'handle' | 'images' | 'updatedAt'>> {
    const projection = { handle: 1, 'images.src': 1, updatedAt: 1, published: 1 } as const;
    for await (const product of this.repository.streamActive(shop, projection)) {
      if (product.published) yield product;
    }
  }

  async countActive(shop: ShopDomain): Promise<number> {
    return this.repository.countActive(shop);
  }

  /** Inserts under the first free handle. */
  private async insert(
    document: (n: number) => ProductDocument,
    findFree: boolean,
  ): Promise<ProductDocument> {
    for (let n = 0; n < (findFree ? HANDLE_TRIES : 1); n++) {
      const product = document(n);
      try {
        await this.repository.insert(product, this.audit.eventOf(productChange('created', null, product)));
        return product;
      } catch (error) {
        if (!isDuplicateKey(error, 'shop_handle')) throw error;
      }
    }
    throw taken(document(0).handle);
  }
}

/** The draft under its handle, or the n-th variation of it: `shirt`, `shirt-1`, `shirt-2` … */
function numbered(draft: ProductDraft, n: number): ProductDraft {
  return n === 0 ? draft : { ...draft, handle: `${draft.handle.slice(0, 245)}-${n}` };
}

function handleOf(title: string): string {
  const handle = normaliseHandle(title);
  return typeof handle === 'string' && handle !== '' ? handle : 'product';
}

function projectionOf(fields: readonly ProductField[], sort: string): Projection {
  const stored = fields.map((field) => (field === 'id' ? '_id' : field));
  return Object.fromEntries([...stored, sortedBy(sort)].map((field) => [field, 1]));
}

function decoded(bson: Uint8Array): ProductDocument {
  return mongo.BSON.deserialize(bson) as ProductDocument;
}

function notFound(id: string): AppError {
  return new AppError('product_not_found', `There is no product "${id}" in this shop.`);
}

function taken(handle: string): AppError {
  return new AppError('duplicate_handle', `The handle "${handle}" is taken by another product of this shop.`);
}

function outdated({ version }: ProductDocument): AppError {
  return new AppError('version_mismatch', `The product is at version ${version} now; read it again.`);
}
