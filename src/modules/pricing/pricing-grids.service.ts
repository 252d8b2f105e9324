import { Injectable } from '@nestjs/common';
import { AppError } from '../../kernel/errors.js';
import { AuditTrail } from '../../platform/audit/audit-trail.js';
import { CachedLookup } from '../../platform/cache/cached-lookup.js';
import { CacheService } from '../../platform/cache/cache.service.js';
import { isDuplicateKey } from '../../platform/database/database-errors.js';
import type { Principal } from '../../platform/http/access.js';
import { actsFor } from '../../platform/http/reach.js';
import { createOnce } from '../../platform/idempotency/creation.js';
import { CarriersService } from '../carriers/index.js';
import { assertConsistent } from './grid-consistency.js';
import type { GridTerms, PricingGrid } from './pricing-grid.js';
import { PricingGridsRepository, type Series } from './pricing-grids.repository.js';

/** Requirements R2.4. */
const GRID_TTL_SECONDS = 30 * 60;
const TRIES = 20;

/** Voids every cached answer about a carrier's grids. */
function gridsTag(carrierId: string): string {
  return `pricing-grids:${carrierId}`;
}

/** Carriers' prices. A carrier's people and operators read and write them; clients see what quotes make of them. */
@Injectable()
export class PricingGridsService {
  private readonly inForce: CachedLookup<PricingGrid[]>;

  constructor(
    private readonly repository: PricingGridsRepository,
    private readonly carriers: CarriersService,
    private readonly cache: CacheService,
    private readonly audit: AuditTrail,
  ) {
    this.inForce = new CachedLookup(cache, {
      resource: 'pricing-grids',
      ttlSeconds: GRID_TTL_SECONDS,
      tags: (key) => [gridsTag(seriesOf(key).carrierId)],
      load: (keys) => this.loadInForce(keys),
    });
  }

  /** @throws AppError `organisation_forbidden`, `carrier_not_found` */
  async list(principal: Principal, carrierId: string, offset: number, limit: number) {
    await this.assertReads(principal, carrierId);
    const grids = await this.repository.list(carrierId, offset, limit);
    return { grids, total: await this.repository.count(carrierId) };
  }

  /** @throws AppError `organisation_forbidden`, `carrier_not_found`, `pricing_grid_not_found` */
  async get(principal: Principal, carrierId: string, id: string): Promise<PricingGrid> {
    await this.assertReads(principal, carrierId);
    return this.find(carrierId, id);
  }

  /**
   * Adds a version to the series of its transport type and currency.
   * @throws AppError `organisation_forbidden`, `carrier_not_found`, `validation_failed`
   */
  async publish(principal: Principal, carrierId: string, terms: GridTerms): Promise<PricingGrid> {
    this.carriers.assertActsFor(principal, carrierId);
    const areas = await this.carriers.areasOf(carrierId);
    assertConsistent(terms, new Set(areas.map(({ zone }) => zone)));
    const grid = await createOnce(
      'pricing grid',
      (id) => this.repository.find(carrierId, String(id)),
      (id) => this.insert(id, carrierId, terms),
    );
    await this.cache.invalidateTags(gridsTag(carrierId));
    return grid;
  }

  /** Takes a version out of use: an older one that is valid counts again. Prices it made stay as they are. */
  async withdraw(principal: Principal, carrierId: string, id: string): Promise<PricingGrid> {
    this.carriers.assertActsFor(principal, carrierId);
    const withdrawn = await this.audit.recorded(
      async (session) => {
        const grid = await this.repository.withdraw(carrierId, id, session);
        if (grid) await this.repository.settleEnds(carrierId, grid, session);
        return grid;
      },
      (grid) => grid && { ...change('withdrawn', grid.id), after: { carrierId, version: grid.version } },
    );
    await this.cache.invalidateTags(gridsTag(carrierId));
    return withdrawn ?? this.find(carrierId, id);
  }

  /** The grids of many carriers that may count now or later, from the cache (30 min, void at a change). */
  async inForceOf(carrierIds: readonly string[], series: Series): Promise<Map<string, PricingGrid[]>> {
    const keys = carrierIds.map((carrierId) => keyOf(carrierId, series));
    const grids = (await this.inForce.getMany(keys)).flat();
    return Map.groupBy(grids, ({ carrierId }) => carrierId);
  }

  private async insert(
    id: Parameters<PricingGridsRepository['insert']>[0],
    carrierId: string,
    terms: GridTerms,
  ) {
    for (let tries = 1; ; tries++) {
      try {
        return await this.audit.recorded(
          async (session) => {
            const version = await this.repository.nextVersion(carrierId, terms, session);
            const grid = await this.repository.insert(id, carrierId, version, terms, session);
            await this.repository.settleEnds(carrierId, terms, session);
            return grid;
          },
          ({ version }) => ({
            ...change('created', String(id)),
            after: { carrierId, version, ...about(terms) },
          }),
        );
      } catch (error) {
        // another version came between the look and the write
        if (!isDuplicateKey(error, 'carrierId_transportType_currency_version') || tries === TRIES)
          throw error;
      }
    }
  }

  private async find(carrierId: string, id: string): Promise<PricingGrid> {
    const grid = await this.repository.find(carrierId, id);
    if (!grid) throw new AppError('pricing_grid_not_found', `The carrier has no pricing grid "${id}".`);
    return grid;
  }

  private async assertReads(principal: Principal, carrierId: string): Promise<void> {
    if (!actsFor(principal, 'carriers:read', carrierId))
      throw new AppError(
        'organisation_forbidden',
        `These credentials may not see the prices of "${carrierId}".`,
      );
    await this.carriers.get(carrierId);
  }

  private async loadInForce(keys: readonly string[]): Promise<PricingGrid[][]> {
    const found = new Map<string, PricingGrid[]>();
    const bySeries = Map.groupBy(
      keys.map(seriesOf),
      ({ transportType, currency }) => `${transportType}:${currency}`,
    );
    for (const wanted of bySeries.values()) {
      const [series] = wanted;
      if (!series) continue;
      const ids = wanted.map(({ carrierId }) => carrierId);
      for (const grid of await this.repository.inForce(ids, series, new Date())) {
        const key = keyOf(grid.carrierId, grid);
        found.set(key, [...(found.get(key) ?? []), grid]);
      }
    }
    return keys.map((key) => found.get(key) ?? []);
  }
}

function keyOf(carrierId: string, { transportType, currency }: Series): string {
  return `${carrierId}:${transportType}:${currency}`;
}

function seriesOf(key: string): Series & { carrierId: string } {
  const [carrierId, transportType, currency] = key.split(':') as [string, Series['transportType'], string];
  return { carrierId, transportType, currency };
}

function change(action: 'created' | 'withdrawn', resourceId: string) {
  return { action, resource: 'pricing_grid', resourceId, shop: null } as const;
}

function about({ transportType, currency, validFrom, validUntil, rates, surcharges }: GridTerms): object {
  return {
    transportType,
    currency,
    validFrom,
    validUntil,
    rates: rates.length,
    surcharges: surcharges.length,
  };
}
