import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { ClientSession } from 'mongoose';
import { AppError, type FieldError } from '../../kernel/errors.js';
import type { ShopDomain } from '../../kernel/shop-domain.js';
import { AuditTrail } from '../../platform/audit/audit-trail.js';
import { TenantData } from '../../platform/tenancy/tenant-data.js';
import { ProductsService, type CatalogueVariant } from '../products/index.js';
import type { ExpiredHold, InventoryLevel, Reservation, StockItem } from './inventory-level.js';
import { InventoryRepository, type StockMove, type Wanted } from './inventory.repository.js';
import type { KnownLocation } from './location.js';
import { LocationsService } from './locations.service.js';
import { candidates } from './stock-choice.js';

/** What somebody wants of a variant, at a location or wherever it lies. */
export interface StockDemand {
  variant: CatalogueVariant;
  quantity: number;
  locationId?: string;
}

/** The stock of some variants as `stockOf` found it. */
export interface StockSnapshot {
  levels: InventoryLevel[];
  locations: KnownLocation[];
}

/** How often the level that had enough a moment ago may turn out to be empty. */
const TRIES = 3;

/** Stock by variant and location: reservations that never sell a piece twice, and what becomes of the pieces. */
@Injectable()
export class InventoryService implements OnModuleInit {
  constructor(
    private readonly repository: InventoryRepository,
    private readonly locations: LocationsService,
    private readonly products: ProductsService,
    private readonly tenants: TenantData,
    private readonly audit: AuditTrail,
  ) {}

  onModuleInit(): void {
    this.tenants.register('inventory levels', (shop) => this.repository.deleteAll(shop));
  }

  /** A page of levels; `after` is the last one of the page before. */
  async list(
    shop: ShopDomain,
    filter: { variantId?: string; locationId?: string },
    limit: number,
    after?: { variantId: string; locationId: string },
  ): Promise<InventoryLevel[]> {
    return this.repository.list(shop, filter, limit, after);
  }

  /** What there is of the variants. Read it before the catalogue: `reserve` compares the two. */
  async stockOf(shop: ShopDomain, variantIds: string[]): Promise<StockSnapshot> {
    return {
      levels: await this.repository.ofVariants(shop, variantIds),
      locations: await this.locations.known(shop),
    };
  }

  /**
   * Takes what is demanded for a reservation, all or nothing, until `expiresAt`; untracked variants need none. Gives
   * where the pieces were taken. Doing it again for the same reservation changes nothing.
   * @throws AppError `insufficient_stock` naming each demand that cannot be met, `location_not_found`
   */
  async reserve(
    shop: ShopDomain,
    reservation: Reservation,
    demands: StockDemand[],
    stock: StockSnapshot,
  ): Promise<StockItem[]> {
    const known = await this.withCatalogue(shop, demands, stock);
    const tracked = [...demands.entries()].filter(([, { variant }]) => isTracked(variant, known.levels));
    if (tracked.length === 0) return [];
    const asked: StockItem[] = [];
    try {
      const first = tracked.flatMap(([line, demand]) => placesOf(line, demand, known).slice(0, 1));
      asked.push(...first.map(({ item }) => item));
      const all = first.length === tracked.length;
      if (all && (await this.repository.hold(shop, first, reservation))) return asked;
      const taken: StockItem[] = [];
      for (const [line, demand] of tracked) {
        const item = await this.take(shop, reservation, line, demand, known, asked);
        if (!item) throw short(line, demand, known.levels);
        taken.push(item);
      }
      return taken;
    } catch (error) {
      await this.repository.settle(shop, reservation.id, asked, 'available');
      throw error;
    }
  }

  /** The reservation's pieces are for sale again. Twice is once. */
  async release(shop: ShopDomain, reservation: string, items: StockItem[]): Promise<void> {
    await this.repository.settle(shop, reservation, items, 'available');
  }

  /** The reservation's pieces are sold: they no longer expire. Twice is once. */
  async commit(shop: ShopDomain, reservation: string, items: StockItem[]): Promise<void> {
    await this.repository.settle(shop, reservation, items, 'committed');
  }

  /** Moves sold pieces in the caller's transaction. @throws AppError `conflict` when they are not there */
  async move(shop: ShopDomain, items: StockItem[], move: StockMove, session: ClientSession): Promise<void> {
    if (!(await this.repository.move(shop, items, move, session)))
      throw new AppError('conflict', 'The stock of this order is being settled; try again.');
  }

  /** Holds that ran out before `now`, whose owners may have been cut off. */
  async expiredHolds(now: Date, limit: number): Promise<ExpiredHold[]> {
    return this.repository.expiredHolds(now, limit);
  }

  /**
   * Counts a variant anew at a location (`available`) or changes it (`delta`); at the default location if none is given.
   * @throws AppError `variant_not_found`, `location_not_found`, `insufficient_stock`
   */
  async adjust(
    shop: ShopDomain,
    {
      variantId,
      locationId,
      reason,
      ...change
    }: {
      variantId: string;
      locationId?: string;
      reason: string;
    } & ({ available: number } | { delta: number }),
  ): Promise<InventoryLevel> {
    const stock = await this.stockOf(shop, [variantId]);
    const variant = (await this.products.variants(shop, [variantId])).get(variantId);
    if (!variant) throw new AppError('variant_not_found', `There is no variant "${variantId}" in this shop.`);
    const place = locationOf(stock.locations, locationId);
    await this.withCatalogue(shop, [{ variant, quantity: 0 }], stock, true);
    const { productId } = variant;
    const empty = { shop, variantId, productId, locationId: place.id, available: 0, catalogued: null };
    if (!place.isDefault) await this.repository.seed([empty]);
    const adjusted = await this.audit.recorded(
      (session) => this.repository.adjust(shop, { variantId, locationId: place.id }, change, session),
      (result) =>
        result && {
          action: 'updated',
          resource: 'inventory_level',
          resourceId: variantId,
          shop,
          before: { locationId: place.id, available: result.before.available },
          after: { locationId: place.id, available: result.after.available, reason },
        },
    );
    if (!adjusted)
      throw new AppError('insufficient_stock', `"${place.name}" has fewer than that of this variant.`);
    return adjusted.after;
  }

  /** Levels for what the catalogue tracks and nobody has asked for yet; changed quantities of the others. */
  private async withCatalogue(
    shop: ShopDomain,
    demands: Pick<StockDemand, 'variant' | 'quantity'>[],
    stock: StockSnapshot,
    always = false,
  ): Promise<StockSnapshot> {
    const home = locationOf(stock.locations).id;
    const at = new Map(
      stock.levels.filter(({ locationId }) => locationId === home).map((level) => [level.variantId, level]),
    );
    const variants = [...new Map(demands.map(({ variant }) => [variant.variantId, variant])).values()];
    const missing = variants.filter((v) => !at.has(v.variantId) && (always || isTracked(v, stock.levels)));
    const moved = variants.flatMap((variant) => {
      const level = at.get(variant.variantId);
      const changed = level && level.catalogued !== variant.inventoryQuantity && level.catalogued !== null;
      return changed ? [{ level, quantity: variant.inventoryQuantity }] : [];
    });
    if (missing.length === 0 && moved.length === 0) return stock;
    await this.repository.seed(
      missing.map(({ variantId, productId, inventoryQuantity }) => ({
        ...{ shop, variantId, productId, locationId: home },
        ...{ available: inventoryQuantity, catalogued: inventoryQuantity },
      })),
    );
    for (const { level, quantity } of moved) await this.repository.follow(level, quantity);
    const ids = variants.map(({ variantId }) => variantId);
    return { ...stock, levels: await this.repository.ofVariants(shop, ids) };
  }

  /** Takes a demand where it is there; every place that was asked for it is noted in `asked`. */
  private async take(
    shop: ShopDomain,
    reservation: Reservation,
    line: number,
    demand: StockDemand,
    stock: StockSnapshot,
    asked: StockItem[],
  ): Promise<StockItem | undefined> {
    let known = stock;
    for (let attempt = 0; attempt < TRIES; attempt++) {
      const places = placesOf(line, demand, known);
      for (const place of places) {
        asked.push(place.item);
        if (await this.repository.hold(shop, [place], reservation)) return place.item;
      }
      if (places.length === 0) return undefined;
      // others were quicker
      known = { ...known, levels: await this.repository.ofVariants(shop, [demand.variant.variantId]) };
    }
    return undefined;
  }
}

/** Where a demand may be met, the best place first. @throws AppError `location_not_found` */
function placesOf(line: number, demand: StockDemand, { levels, locations }: StockSnapshot): Wanted[] {
  const { variant, quantity, locationId } = demand;
  if (locationId !== undefined) locationOf(locations, locationId);
  const { variantId } = variant;
  const mayOversell = variant.inventoryPolicy === 'continue';
  return candidates(levels, locations, { variantId, quantity, locationId, mayOversell }).map((place) => ({
    item: { variantId, locationId: place, quantity, line },
    mayOversell,
  }));
}

function isTracked({ variantId, tracked }: CatalogueVariant, levels: InventoryLevel[]): boolean {
  return tracked || levels.some((level) => level.variantId === variantId);
}

function locationOf(locations: KnownLocation[], id?: string): KnownLocation {
  const found = locations.find((location) => (id === undefined ? location.isDefault : location.id === id));
  if (!found)
    throw new AppError('location_not_found', `There is no location "${id ?? 'default'}" in this shop.`);
  return found;
}

function short(at: number, { variant, quantity }: StockDemand, levels: InventoryLevel[]): AppError {
  const there = levels
    .filter(({ variantId }) => variantId === variant.variantId)
    .reduce((most, { available }) => Math.max(most, available), 0);
  const error: FieldError = {
    field: `lines.${at}.quantity`,
    code: 'insufficient_stock',
    message: `${quantity} of "${variant.title}" are wanted, at most ${Math.min(there, quantity - 1)} are there`,
  };
  return new AppError('insufficient_stock', `${error.field}: ${error.message}`, { errors: [error] });
}
