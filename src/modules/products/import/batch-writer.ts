import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { AppError } from '../../../kernel/errors.js';
import type { ShopDomain } from '../../../kernel/shop-domain.js';
import { CacheService } from '../../../platform/cache/cache.service.js';
import { ProductQuota } from '../../subscriptions/index.js';
import { contentOf, draftOf, newDocument } from '../product-document.js';
import type { ProductDraft } from '../product.js';
import type { ProductDocument } from '../product.schema.js';
import { productsTag } from '../products.cache.js';
import { ProductsRepository, type ProductUpdate } from '../products.repository.js';
import { MergeError } from './csv/errors.js';
import { completeDraft, sameDraft } from './csv/merge.js';
import type { BatchItem, ImportBatch } from './import-batch.js';
import type { ImportProblem } from './import.job.js';

export interface BatchOutcome {
  created: number;
  updated: number;
  unchanged: number;
}

interface Creation {
  item: BatchItem;
  draft: ProductDraft;
}

const TRIES = 10;
const PLACE_WAITS = 20;
const PLACE_WAIT_MS = 25;

/**
 * Writes a batch: what differs from the store is updated at the version it was compared with, what is new is inserted
 * within the plan's limit. Whatever another writer touched in between is compared again, so no change is lost.
 */
@Injectable()
export class BatchWriter {
  constructor(
    private readonly repository: ProductsRepository,
    private readonly quota: ProductQuota,
    private readonly cache: CacheService,
  ) {}

  async write(
    shop: ShopDomain,
    currency: string,
    batch: ImportBatch,
    reject: (problem: ImportProblem) => void,
  ): Promise<BatchOutcome> {
    const outcome: BatchOutcome = { created: 0, updated: 0, unchanged: 0 };
    let open = batch.all();
    for (let attempt = 0; open.length > 0; attempt++) {
      if (attempt === TRIES)
        throw new AppError('service_unavailable', 'The catalogue changes too fast to import into.');
      open = await this.pass(shop, currency, open, outcome, reject);
    }
    if (outcome.created + outcome.updated > 0) await this.cache.invalidateTags(productsTag(shop));
    return outcome;
  }

  /** Returns the items that have to be compared again. */
  private async pass(
    shop: ShopDomain,
    currency: string,
    items: BatchItem[],
    outcome: BatchOutcome,
    reject: (problem: ImportProblem) => void,
  ): Promise<BatchItem[]> {
    const stored = await this.stored(shop, items);
    const updates = new Map<BatchItem, ProductUpdate>();
    const creations: Creation[] = [];
    let unchanged = 0;
    for (const item of items) {
      const existing = stored.get(item.product.handle);
      const draft = merged(item, existing, reject);
      if (!draft) continue;
      if (!existing) creations.push({ item, draft });
      else if (sameDraft(draft, draftOf(existing))) unchanged++;
      else
        updates.set(item, {
          _id: existing._id,
          version: existing.version,
          content: contentOf(draft, existing),
        });
    }
    outcome.unchanged += unchanged;
    const again = await this.create(shop, currency, creations, outcome, reject);
    return [...again, ...(await this.update(shop, updates, outcome))];
  }

  private async stored(shop: ShopDomain, items: BatchItem[]): Promise<Map<string, ProductDocument>> {
    const found = await this.repository.findByHandles(
      shop,
      items.map(({ product }) => product.handle),
    );
    return new Map(found.map((document) => [document.handle, document]));
  }

  private async create(
    shop: ShopDomain,
    currency: string,
    creations: Creation[],
    outcome: BatchOutcome,
    reject: (problem: ImportProblem) => void,
  ): Promise<BatchItem[]> {
    const granted = await this.quota.reserve(shop, creations.length);
    const now = new Date();
    const documents = creations.slice(0, granted).map(({ draft }) => newDocument(shop, currency, draft, now));
    let taken: Set<string>;
    try {
      taken = await this.repository.insertMany(documents);
    } catch (error) {
      await this.settle(shop, documents);
      throw error;
    }
    await this.quota.release(shop, taken.size);
    outcome.created += documents.length - taken.size;
    const again = creations.slice(0, granted).filter(({ draft }) => taken.has(draft.handle));
    const without = creations.slice(granted);
    again.push(...(granted > 0 ? without : await this.refuse(shop, without, reject)));
    return again.map(({ item }) => item);
  }

  private async update(
    shop: ShopDomain,
    updates: Map<BatchItem, ProductUpdate>,
    outcome: BatchOutcome,
  ): Promise<BatchItem[]> {
    const matched = await this.repository.updateMany(shop, [...updates.values()]);
    outcome.updated += matched;
    if (matched === updates.size) return [];
    // some met another version; those that did land are found unchanged on the next pass and must not count twice
    outcome.unchanged -= matched;
    return [...updates.keys()];
  }

  /** After a failure in the middle: gives back the places of the products that did not land. */
  private async settle(shop: ShopDomain, documents: ProductDocument[]): Promise<void> {
    const landed = await this.repository.findByHandles(
      shop,
      documents.map(({ handle }) => handle),
    );
    const ids = new Set(landed.map(({ _id }) => String(_id)));
    await this.quota.release(shop, documents.filter(({ _id }) => !ids.has(String(_id))).length);
  }

  /** Reports what finds no place, once it is sure that none comes free; returns what has to be compared again. */
  private async refuse(
    shop: ShopDomain,
    creations: Creation[],
    reject: (problem: ImportProblem) => void,
  ): Promise<Creation[]> {
    if (creations.length === 0 || (await this.comesFree(shop))) return creations;
    const { code, detail } = await this.quota.reached(shop);
    // what another import has landed meanwhile is no matter of places
    const stored = await this.stored(
      shop,
      creations.map(({ item }) => item),
    );
    const landed = (creation: Creation) => stored.has(creation.draft.handle);
    for (const { item } of creations.filter((creation) => !landed(creation)))
      reject({ line: item.line, handle: item.product.handle, code, message: detail });
    return creations.filter(landed);
  }

  /** A place that is reserved but has no product is another writer's, under way, and may come back: it is waited for. */
  private async comesFree(shop: ShopDomain): Promise<boolean> {
    for (let wait = 0; wait < PLACE_WAITS; wait++) {
      if ((await this.repository.countAll(shop)) >= (await this.quota.limit(shop))) return false;
      if ((await this.quota.free(shop)) > 0) return true;
      await sleep(PLACE_WAIT_MS);
    }
    return false; // left by a crash: the reconciliation of the counter frees it
  }
}

function merged(
  { line, product }: BatchItem,
  existing: ProductDocument | undefined,
  reject: (problem: ImportProblem) => void,
): ProductDraft | undefined {
  try {
    return completeDraft(product, existing && draftOf(existing));
  } catch (error) {
    if (!(error instanceof MergeError)) throw error;
    reject({ line, handle: product.handle, code: error.code, message: error.message });
    return undefined;
  }
}
