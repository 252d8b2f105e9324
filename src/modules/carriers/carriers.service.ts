import { Injectable } from '@nestjs/common';
import type { ClientSession } from 'mongoose';
import { AppError } from '../../kernel/errors.js';
import type { Position } from '../../kernel/geo.js';
import { AuditTrail } from '../../platform/audit/audit-trail.js';
import { CachedLookup } from '../../platform/cache/cached-lookup.js';
import { CacheService } from '../../platform/cache/cache.service.js';
import { isDuplicateKey } from '../../platform/database/database-errors.js';
import type { Principal } from '../../platform/http/access.js';
import { actsFor } from '../../platform/http/reach.js';
import { createOnce } from '../../platform/idempotency/creation.js';
import { OrganisationsService } from '../identity/index.js';
import type { Carrier, CarrierProfile, CarrierStatus, ServiceArea } from './carrier.js';
import { CARRIERS_TAG, CARRIER_TTL_SECONDS, carrierTag } from './carriers.cache.js';
import { CarriersRepository, type CarrierFilter } from './carriers.repository.js';
import { ServiceAreasRepository } from './service-areas.repository.js';

/** Carriers and where they go. Everybody may read them; a carrier's own people and operators change it. */
@Injectable()
export class CarriersService {
  private readonly known: CachedLookup<Carrier>;

  constructor(
    private readonly repository: CarriersRepository,
    private readonly areas: ServiceAreasRepository,
    private readonly organisations: OrganisationsService,
    private readonly cache: CacheService,
    private readonly audit: AuditTrail,
  ) {
    this.known = new CachedLookup(cache, {
      resource: 'carrier',
      ttlSeconds: CARRIER_TTL_SECONDS,
      tags: (id) => [carrierTag(id)],
      load: async (ids) => {
        const found = new Map((await repository.findMany(ids)).map((carrier) => [carrier.id, carrier]));
        return ids.map((id) => found.get(id) ?? null);
      },
    });
  }

  async list(filter: CarrierFilter, offset: number, limit: number) {
    const carriers = await this.repository.list(filter, offset, limit);
    return { carriers, total: await this.repository.count(filter) };
  }

  /** @throws AppError `carrier_not_found` */
  async get(id: string): Promise<Carrier> {
    const carrier = await this.repository.find(id);
    if (!carrier) throw notFound(id);
    return carrier;
  }

  /** From the cache (15 min, void at a change); unknown ones are left out. Dates are text. */
  async getMany(ids: readonly string[]): Promise<Carrier[]> {
    return this.known.getMany(ids);
  }

  /**
   * Makes the profile of a carrier organisation.
   * @throws AppError `organisation_not_found`, `validation_failed` for a client's, `carrier_exists`
   */
  async create(organisationId: string, profile: CarrierProfile): Promise<Carrier> {
    const { kind } = await this.organisations.get(organisationId);
    if (kind !== 'carrier') throw new AppError('validation_failed', `"${organisationId}" is a client.`);
    try {
      const carrier = await createOnce(
        'carrier',
        (creation) => this.repository.findCreated(organisationId, creation),
        (creation) =>
          this.audit.recorded(
            (session) => this.repository.insert(organisationId, creation, profile, session),
            () => ({ ...change('created', organisationId), after: profile }),
          ),
      );
      await this.forget(organisationId);
      return carrier;
    } catch (error) {
      if (isDuplicateKey(error)) throw new AppError('carrier_exists', `"${organisationId}" has a profile.`);
      throw error;
    }
  }

  /** @throws AppError `organisation_forbidden`, `forbidden`, `carrier_not_found`, `version_mismatch` */
  async update(
    principal: Principal,
    id: string,
    wanted: Partial<CarrierProfile> & { status?: CarrierStatus },
    version: number | undefined,
  ): Promise<Carrier> {
    this.assertActsFor(principal, id);
    if (wanted.status !== undefined && principal.role !== 'admin')
      throw new AppError('forbidden', 'Only operators suspend carriers.');
    const { before, after } = await this.audit.recorded(
      async (session) => {
        const current = await this.repository.find(id, session);
        return {
          before: current,
          after: current && (await this.repository.update(id, wanted, version, session)),
        };
      },
      ({ before, after }) => before && after && { ...change('updated', id), before, after },
    );
    if (!before) throw notFound(id);
    if (!after)
      throw new AppError(
        'version_mismatch',
        `The carrier is at version ${before.version} now; read it again.`,
      );
    await this.forget(id);
    return after;
  }

  /** @throws AppError `carrier_not_found` */
  async areasOf(id: string): Promise<ServiceArea[]> {
    await this.get(id);
    return this.areas.of(id);
  }

  /** Replaces all service areas. @throws AppError `organisation_forbidden`, `carrier_not_found`, `validation_failed` */
  async replaceAreas(principal: Principal, id: string, areas: ServiceArea[]): Promise<ServiceArea[]> {
    this.assertActsFor(principal, id);
    await this.get(id);
    await this.audit.recorded(
      async (session) => {
        const before = await this.areas.of(id, session);
        await this.areas.replace(id, areas, session);
        return before;
      },
      (before) => ({ ...change('updated', id), before: zonesOf(before), after: zonesOf(areas) }),
    );
    await this.forget(id);
    return areas;
  }

  /** The carriers that go to a place, each with its zone there. */
  async zonesAt(place: Position): Promise<Map<string, string>> {
    return this.areas.zonesAt(place);
  }

  /** Counts a client's rating in, within the transaction that notes it; call `forget` after. */
  async rate(id: string, stars: number, session: ClientSession): Promise<void> {
    await this.repository.addRating(id, stars, session);
  }

  /** Voids what is cached of a carrier. */
  async forget(id: string): Promise<void> {
    await this.cache.invalidateTags(carrierTag(id), CARRIERS_TAG);
  }

  /** @throws AppError `organisation_forbidden` */
  assertActsFor(principal: Principal, id: string): void {
    if (!actsFor(principal, 'carriers:write', id))
      throw new AppError('organisation_forbidden', `These credentials may not change the carrier "${id}".`);
  }
}

function change(action: 'created' | 'updated', id: string) {
  return { action, resource: 'carrier', resourceId: id, shop: null } as const;
}

function zonesOf(areas: ServiceArea[]): object {
  return {
    serviceAreas: areas.map(({ zone, area }) => `${zone} (${area.coordinates.flat().length} positions)`),
  };
}

function notFound(id: string): AppError {
  return new AppError('carrier_not_found', `There is no carrier "${id}".`);
}
