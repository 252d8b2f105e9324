import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Model, Types, type ClientSession, type mongo } from 'mongoose';
import type { ShopDomain } from '../../kernel/shop-domain.js';
import type { ExpiredHold, InventoryLevel, Reservation, StockItem } from './inventory-level.js';
import { InventoryLevelDocument } from './inventory-level.schema.js';

const WITHOUT_HOLDS = { holds: 0 } as const;
const KEY = 'shop_variantId_locationId';

/** What happens to pieces that were sold: `ship` them, put them back (`cancel`), or take them back (`restock`). */
export type StockMove = 'ship' | 'cancel' | 'restock';
const MOVES: Record<StockMove, { committed: -1 | 0; available: 1 | 0 }> = {
  ship: { committed: -1, available: 0 },
  cancel: { committed: -1, available: 1 },
  restock: { committed: 0, available: 1 },
};

/** Pieces to take, and whether more may be taken than are there. */
export interface Wanted {
  item: StockItem;
  mayOversell: boolean;
}

type Level = InventoryLevelDocument;
type Place = Pick<StockItem, 'variantId' | 'locationId'>;

/**
 * The `inventory_levels` collection. Pieces are taken by guarded single-document updates, which MongoDB queues where
 * transactions would abort each other: the same level may be asked for by a thousand orders at once.
 */
@Injectable()
export class InventoryRepository {
  private readonly levels: mongo.Collection<Level>;

  constructor(@InjectModel(InventoryLevelDocument.name) model: Model<InventoryLevelDocument>) {
    this.levels = model.collection as unknown as mongo.Collection<Level>;
  }

  /** All levels of the variants. */
  async ofVariants(shop: ShopDomain, variantIds: string[]): Promise<InventoryLevel[]> {
    const found = await this.levels
      .find(
        { shop, variantId: { $in: variantIds.map(oid) } },
        { projection: WITHOUT_HOLDS, hint: KEY, batchSize: 1_000 },
      )
      .toArray();
    return found.map(toLevel);
  }

  /** A page by variant and location, behind `after`. */
  async list(
    shop: ShopDomain,
    filter: { variantId?: string; locationId?: string },
    limit: number,
    after?: { variantId: string; locationId: string },
  ): Promise<InventoryLevel[]> {
    const conditions = {
      shop,
      ...(filter.variantId ? { variantId: oid(filter.variantId) } : {}),
      ...(filter.locationId ? { locationId: oid(filter.locationId) } : {}),
      ...(after
        ? {
            $and: [
              { variantId: { $gte: oid(after.variantId) } },
              {
                $or: [
                  { variantId: { $gt: oid(after.variantId) } },
                  { variantId: oid(after.variantId), locationId: { $gt: oid(after.locationId) } },
                ],
              },
            ],
          }
        : {}),
    };
    const byLocation = filter.locationId !== undefined && filter.variantId === undefined;
    const found = await this.levels
      .find(conditions, {
        projection: WITHOUT_HOLDS,
        sort: byLocation ? { variantId: 1 } : { variantId: 1, locationId: 1 },
        hint: byLocation ? 'shop_locationId_variantId' : KEY,
        ...{ limit, batchSize: limit, singleBatch: true },
      })
      .toArray();
    return found.map(toLevel);
  }

  /** Makes the levels that are not there yet, as the catalogue has them; safe to run at once from anywhere. */
  async seed(levels: Omit<InventoryLevel, 'id' | 'held' | 'committed' | 'updatedAt'>[]): Promise<void> {
    if (levels.length === 0) return;
    const updatedAt = new Date();
    await this.levels.bulkWrite(
      levels.map(({ shop, variantId, locationId, productId, available, catalogued }) => ({
        updateOne: {
          filter: { shop, variantId: oid(variantId), locationId: oid(locationId) },
          update: {
            $setOnInsert: {
              ...{ productId: oid(productId), available, catalogued, updatedAt },
              ...{ held: 0, committed: 0, holds: [] },
            },
          },
          upsert: true,
        },
      })),
      { ordered: false },
    );
  }

  /** Moves `available` by what the catalogue's quantity changed, unless another did so meanwhile. */
  async follow(level: InventoryLevel, quantity: number): Promise<void> {
    await this.levels.updateOne(
      { ...keyOf(level.shop, level), catalogued: level.catalogued },
      {
        $inc: { available: quantity - (level.catalogued ?? 0) },
        $set: { catalogued: quantity, updatedAt: new Date() },
      },
    );
  }

  /**
   * Takes what `wanted` says for a reservation by one command: each where the pieces are there (always, where
   * `mayOversell`). Returns whether all of it is held now. Twice is once.
   */
  async hold(shop: ShopDomain, wanted: readonly Wanted[], reservation: Reservation): Promise<boolean> {
    const id = oid(reservation.id);
    const hold = { id, owner: oid(reservation.owner), expiresAt: reservation.expiresAt };
    const { matchedCount } = await this.levels.bulkWrite(
      wanted.map(({ item, mayOversell }) => ({
        updateOne: {
          filter: {
            ...keyOf(shop, item),
            ...(mayOversell ? {} : { available: { $gte: item.quantity } }),
            holds: { $not: { $elemMatch: { id, line: item.line } } },
          },
          update: {
            $inc: { available: -item.quantity, held: item.quantity },
            $push: { holds: { ...hold, line: item.line, quantity: item.quantity } },
            $set: { updatedAt: new Date() },
          },
          hint: KEY,
        },
      })),
      { ordered: false },
    );
    if (matchedCount === wanted.length) return true;
    const held = await Promise.all(wanted.map(({ item }) => this.isHeld(shop, item, id)));
    return held.every(Boolean);
  }

  private async isHeld(shop: ShopDomain, item: StockItem, id: Types.ObjectId): Promise<boolean> {
    const holds = { $elemMatch: { id, line: item.line } };
    return (await this.levels.countDocuments({ ...keyOf(shop, item), holds }, { hint: KEY })) === 1;
  }

  /** Ends a reservation's holds, each once: the pieces are for sale again, or committed. */
  async settle(
    shop: ShopDomain,
    reservation: string,
    items: StockItem[],
    to: 'available' | 'committed',
  ): Promise<void> {
    if (items.length === 0) return;
    const id = oid(reservation);
    await this.levels.bulkWrite(
      items.map((item) => ({
        updateOne: {
          filter: { ...keyOf(shop, item), holds: { $elemMatch: { id, line: item.line } } },
          update: {
            $pull: { holds: { id, line: item.line } },
            $inc: { held: -item.quantity, [to]: item.quantity },
            $set: { updatedAt: new Date() },
          },
          hint: KEY,
        },
      })),
      { ordered: false },
    );
  }

  /** Moves sold pieces in the caller's transaction; false when a level does not have them. */
  async move(
    shop: ShopDomain,
    items: StockItem[],
    move: StockMove,
    session: ClientSession,
  ): Promise<boolean> {
    if (items.length === 0) return true;
    const { committed, available } = MOVES[move];
    const { matchedCount } = await this.levels.bulkWrite(
      items.map((item) => ({
        updateOne: {
          filter: {
            ...keyOf(shop, item),
            ...(committed === 0 ? {} : { committed: { $gte: item.quantity } }),
          },
          update: {
            $inc: { committed: committed * item.quantity, available: available * item.quantity },
            $set: { updatedAt: new Date() },
          },
          hint: KEY,
        },
      })),
      { session: session },
    );
    return matchedCount === items.length;
  }

  /** Sets or changes what is available; null when it would fall below zero. */
  async adjust(
    shop: ShopDomain,
    item: Place,
    change: { available: number } | { delta: number },
    session: ClientSession,
  ): Promise<{ before: InventoryLevel; after: InventoryLevel } | null> {
    const guard = 'delta' in change && change.delta < 0 ? { available: { $gte: -change.delta } } : {};
    const update =
      'delta' in change ? { $inc: { available: change.delta } } : { $set: { available: change.available } };
    const before = await this.levels.findOne(keyOf(shop, item), {
      projection: WITHOUT_HOLDS,
      session: session,
    });
    const after = await this.levels.findOneAndUpdate(
      { ...keyOf(shop, item), ...guard },
      { ...update, $currentDate: { updatedAt: true } },
      { returnDocument: 'after', projection: WITHOUT_HOLDS, session: session },
    );
    return before && after && { before: toLevel(before), after: toLevel(after) };
  }

  /** Holds that ran out before `now`. */
  async expiredHolds(now: Date, limit: number): Promise<ExpiredHold[]> {
    const found = await this.levels
      .find(
        { 'holds.expiresAt': { $lt: now } },
        { hint: 'holds.expiresAt', limit, projection: { shop: 1, variantId: 1, locationId: 1, holds: 1 } },
      )
      .toArray();
    return found.flatMap(({ shop, variantId, locationId, holds }) =>
      holds
        .filter(({ expiresAt }) => expiresAt < now)
        .map(({ id, owner, line, quantity }) => ({
          ...{ shop, variantId: String(variantId), locationId: String(locationId), quantity, line },
          ...{ reservation: String(id), owner: String(owner) },
        })),
    );
  }

  async deleteAll(shop: ShopDomain): Promise<void> {
    await this.levels.deleteMany({ shop }, { hint: KEY });
  }
}

function keyOf(shop: ShopDomain, { variantId, locationId }: Place) {
  return { shop, variantId: oid(variantId), locationId: oid(locationId) };
}

function oid(id: string): Types.ObjectId {
  return new Types.ObjectId(id);
}

function toLevel({ _id, holds: _, ...level }: Level): InventoryLevel {
  const { variantId, productId, locationId, ...rest } = level;
  return {
    ...{ id: String(_id), variantId: String(variantId), productId: String(productId) },
    ...{ locationId: String(locationId), ...rest },
  };
}
