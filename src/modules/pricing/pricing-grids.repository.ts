import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Model, trusted, Types, type ClientSession } from 'mongoose';
import type { TransportType } from '../carriers/index.js';
import type { GridTerms, PricingGrid } from './pricing-grid.js';
import { PricingGridDocument } from './pricing-grid.schema.js';
import { endsOf, FOREVER } from './series.js';

/** Versions of one carrier, transport type and currency. */
export interface Series {
  transportType: TransportType;
  currency: string;
}

const SERIES = 'carrierId_transportType_currency_version';
/** Versions of a series that are looked at when one is added. */
const MOST_VERSIONS = 10_000;

/** Grids belong to a carrier: its id comes first. */
@Injectable()
export class PricingGridsRepository {
  constructor(@InjectModel(PricingGridDocument.name) private readonly grids: Model<PricingGridDocument>) {}

  async find(carrierId: string, id: string): Promise<PricingGrid | null> {
    if (!Types.ObjectId.isValid(id)) return null;
    const grid = await this.grids
      .findOne({ _id: new Types.ObjectId(id), carrierId })
      .lean<PricingGridDocument>();
    return grid && toGrid(grid);
  }

  /** Newest first, without the rates. */
  async list(carrierId: string, offset: number, limit: number): Promise<PricingGrid[]> {
    const grids = await this.grids
      .find({ carrierId }, { rates: 0, surcharges: 0 })
      .sort({ createdAt: -1, _id: -1 })
      .skip(offset)
      .limit(limit)
      .hint('carrierId_createdAt')
      .lean<PricingGridDocument[]>();
    return grids.map(toGrid);
  }

  async count(carrierId: string): Promise<number> {
    return this.grids.countDocuments({ carrierId }).hint('carrierId_createdAt');
  }

  /** Grids of these carriers that may still count at or after `at`. */
  async inForce(
    carrierIds: readonly string[],
    { transportType, currency }: Series,
    at: Date,
  ): Promise<PricingGrid[]> {
    const grids = await this.grids
      .find({
        carrierId: trusted({ $in: [...carrierIds] }),
        transportType,
        currency,
        endsAt: trusted({ $gt: at }),
      })
      .hint('carrierId_transportType_currency_endsAt')
      .lean<PricingGridDocument[]>();
    return grids.map(toGrid);
  }

  /** The number the next version of a series gets. Two writers may be given the same one: the index lets one in. */
  async nextVersion(carrierId: string, series: Series, session: ClientSession): Promise<number> {
    const { transportType, currency } = series;
    const [last] = await this.grids
      .find({ carrierId, transportType, currency }, { version: 1 })
      .sort({ version: -1 })
      .limit(1)
      .hint(SERIES)
      .session(session)
      .lean<PricingGridDocument[]>();
    return (last?.version ?? 0) + 1;
  }

  async insert(
    id: Types.ObjectId,
    carrierId: string,
    version: number,
    terms: GridTerms,
    session: ClientSession,
  ): Promise<PricingGrid> {
    const created = new this.grids({
      _id: id,
      carrierId,
      version,
      ...terms,
      endsAt: FOREVER,
      createdAt: new Date(),
    });
    return toGrid((await created.save({ session })).toObject());
  }

  /** Takes a version out. Null when there is none that is not out already. */
  async withdraw(carrierId: string, id: string, session: ClientSession): Promise<PricingGrid | null> {
    if (!Types.ObjectId.isValid(id)) return null;
    const grid = await this.grids
      .findOneAndUpdate(
        { _id: new Types.ObjectId(id), carrierId, withdrawnAt: null },
        { $set: { withdrawnAt: new Date() } },
        { returnDocument: 'after', session },
      )
      .lean<PricingGridDocument>();
    return grid && toGrid(grid);
  }

  /** Writes anew when each version of a series ends. */
  async settleEnds(
    carrierId: string,
    { transportType, currency }: Series,
    session: ClientSession,
  ): Promise<void> {
    const versions = await this.grids
      .find(
        { carrierId, transportType, currency },
        { version: 1, validFrom: 1, validUntil: 1, withdrawnAt: 1, endsAt: 1 },
      )
      .sort({ version: -1 })
      .limit(MOST_VERSIONS)
      .hint(SERIES)
      .session(session)
      .lean<PricingGridDocument[]>();
    const ends = endsOf(versions.map((version) => ({ ...version, id: String(version._id) })));
    const moved = versions.filter(({ _id, endsAt }) => ends.get(String(_id))?.getTime() !== endsAt.getTime());
    if (moved.length === 0) return;
    await this.grids.bulkWrite(
      moved.map(({ _id }) => ({
        updateOne: {
          filter: { _id, carrierId },
          update: { $set: { endsAt: ends.get(String(_id)) ?? FOREVER } },
        },
      })),
      { session },
    );
  }
}

function toGrid({ _id, endsAt: _endsAt, ...grid }: PricingGridDocument): PricingGrid {
  return { id: String(_id), ...grid };
}
