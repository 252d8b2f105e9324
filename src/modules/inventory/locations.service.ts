import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Types } from 'mongoose';
import { AppError } from '../../kernel/errors.js';
import type { ShopDomain } from '../../kernel/shop-domain.js';
import type { AuditAction, AuditChange } from '../../platform/audit/audit-event.js';
import { AuditTrail } from '../../platform/audit/audit-trail.js';
import { isDuplicateKey } from '../../platform/database/database-errors.js';
import { createOnce } from '../../platform/idempotency/creation.js';
import { CacheService } from '../../platform/cache/cache.service.js';
import { TenantData } from '../../platform/tenancy/tenant-data.js';
import type { KnownLocation, Location, LocationInput } from './location.js';
import { LocationsRepository } from './locations.repository.js';

/** More places than any shop has: all of them fit a page. */
export const MAX_LOCATIONS = 200;

const KNOWN_MS = 60_000;

function locationsTag(shop: ShopDomain): string {
  return `locations:${shop}`;
}

/** Where a shop's stock lies. */
@Injectable()
export class LocationsService implements OnModuleInit {
  constructor(
    private readonly repository: LocationsRepository,
    private readonly tenants: TenantData,
    private readonly audit: AuditTrail,
    private readonly cache: CacheService,
  ) {}

  onModuleInit(): void {
    this.tenants.register('locations', async (shop) => {
      await this.repository.deleteAll(shop);
      await this.cache.invalidateTags(locationsTag(shop));
    });
  }

  /** What placing an order needs of a shop's locations, from the cache (60 s, void at a change). */
  async known(shop: ShopDomain): Promise<KnownLocation[]> {
    const key = {
      resource: 'location',
      tenant: shop,
      id: 'all',
      tags: [locationsTag(shop)],
      ttlMs: KNOWN_MS,
    };
    const { value } = await this.cache.getOrSet<KnownLocation[]>(key, async () =>
      (await this.list(shop)).map(({ id, name, active, isDefault }) => ({ id, name, active, isDefault })),
    );
    return value;
  }

  /** The locations of a shop, the default one first. */
  async list(shop: ShopDomain): Promise<Location[]> {
    const found = await this.repository.list(shop, MAX_LOCATIONS);
    if (!found.some(({ isDefault }) => isDefault)) {
      await this.makeDefault(shop);
      return this.list(shop);
    }
    return found.sort((a, b) => Number(b.isDefault) - Number(a.isDefault));
  }

  /** @throws AppError `location_not_found` */
  async get(shop: ShopDomain, id: string): Promise<Location> {
    const location = await this.repository.find(shop, id);
    if (!location) throw new AppError('location_not_found', `There is no location "${id}" in this shop.`);
    return location;
  }

  /** @throws AppError `conflict` when the shop has as many as it may */
  async create(shop: ShopDomain, input: LocationInput & { name: string }): Promise<Location> {
    if ((await this.list(shop)).length >= MAX_LOCATIONS)
      throw new AppError('conflict', `A shop has at most ${MAX_LOCATIONS} locations.`);
    return createOnce(
      'location',
      (id) => this.repository.find(shop, String(id)),
      (id) => this.insert(newLocation(id, shop, input)),
    );
  }

  /** @throws AppError `location_not_found`, `version_mismatch`, `conflict` for a default location made inactive */
  async update(shop: ShopDomain, id: string, change: LocationInput, version?: number): Promise<Location> {
    const current = await this.get(shop, id);
    if (current.isDefault && change.active === false)
      throw new AppError('conflict', 'The default location stays active: new stock arrives there.');
    const expected = version ?? current.version;
    const updated = await this.audit.recorded(
      (session) => this.repository.update(shop, id, change, expected, session),
      (after) => after && locationChange('updated', current, after),
    );
    if (!updated)
      throw new AppError('version_mismatch', 'The location has changed meanwhile; read it again.');
    await this.cache.invalidateTags(locationsTag(shop));
    return updated;
  }

  private async makeDefault(shop: ShopDomain): Promise<void> {
    const input = { name: 'Main location', isDefault: true };
    try {
      await this.insert(newLocation(new Types.ObjectId(), shop, input));
    } catch (error) {
      if (!isDuplicateKey(error, 'shop_isDefault')) throw error; // another request was first
    }
  }

  private async insert(location: Location): Promise<Location> {
    await this.audit.recorded(
      (session) => this.repository.insert(location, session),
      () => locationChange('created', null, location),
    );
    await this.cache.invalidateTags(locationsTag(location.shop));
    return location;
  }
}

function newLocation(
  id: Types.ObjectId,
  shop: ShopDomain,
  input: LocationInput & { name: string; isDefault?: boolean },
): Location {
  const now = new Date();
  const { name, address = '', active = true, isDefault = false } = input;
  return {
    ...{ id: String(id), shop, name, address, active, isDefault },
    ...{ version: 1, createdAt: now, updatedAt: now },
  };
}

function locationChange(action: AuditAction, before: Location | null, after: Location): AuditChange {
  return { action, resource: 'location', resourceId: after.id, shop: after.shop, before, after };
}
