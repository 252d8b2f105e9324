import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Model, mongo, trusted, type ClientSession } from 'mongoose';
import { AppError } from '../../kernel/errors.js';
import type { Position } from '../../kernel/geo.js';
import type { ServiceArea } from './carrier.js';
import { ServiceAreaDocument } from './service-area.schema.js';

/** The server's "Can't extract geo keys": edges that cross on the sphere, though not on the plane. */
const BAD_GEOMETRY = 16755;
/** Carriers that are looked at for one place. */
const MOST_AREAS = 1_000;

@Injectable()
export class ServiceAreasRepository {
  constructor(@InjectModel(ServiceAreaDocument.name) private readonly areas: Model<ServiceAreaDocument>) {}

  /** In the carrier's order. */
  async of(carrierId: string, session: ClientSession | null = null): Promise<ServiceArea[]> {
    return this.areas
      .find({ carrierId }, { _id: 0, zone: 1, area: 1 })
      .sort({ rank: 1 })
      .hint('carrierId_rank')
      .session(session)
      .lean<ServiceArea[]>();
  }

  /** @throws AppError `validation_failed` for an area the database cannot index */
  async replace(carrierId: string, areas: ServiceArea[], session: ClientSession): Promise<void> {
    await this.areas.deleteMany({ carrierId }, { session }).hint('carrierId_rank');
    const documents = areas.map(({ zone, area }, rank) => ({ carrierId, zone, rank, area }));
    try {
      await this.areas.insertMany(documents, { session });
    } catch (error) {
      if (!(error instanceof mongo.MongoServerError) || error.code !== BAD_GEOMETRY) throw error;
      const message = 'an area crosses itself or is no area on the globe';
      throw new AppError('validation_failed', message, {
        errors: [{ field: 'areas', code: 'is_polygon', message }],
        cause: error,
      });
    }
  }

  /** The carriers that go to a place, each with the zone it lies in. */
  async zonesAt(coordinates: Position): Promise<Map<string, string>> {
    const point = { type: 'Point', coordinates: [...coordinates] } as const;
    const found = await this.areas
      .find({ area: trusted({ $geoIntersects: { $geometry: point } }) }, { carrierId: 1, zone: 1, rank: 1 })
      .limit(MOST_AREAS)
      .hint('area')
      .lean<ServiceAreaDocument[]>();
    const zones = new Map<string, string>();
    for (const { carrierId, zone } of found.sort((a, b) => a.rank - b.rank))
      if (!zones.has(carrierId)) zones.set(carrierId, zone);
    return zones;
  }
}
