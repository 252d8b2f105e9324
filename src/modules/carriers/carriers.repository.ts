import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Model, trusted, Types, type ClientSession } from 'mongoose';
import type { Carrier, CarrierProfile, CarrierStatus, TransportType } from './carrier.js';
import { CarrierDocument } from './carrier.schema.js';

export interface CarrierFilter {
  status: CarrierStatus;
  transportType?: TransportType;
}

/** Carriers are known to everybody; who may change one is the service's to check. */
@Injectable()
export class CarriersRepository {
  constructor(@InjectModel(CarrierDocument.name) private readonly carriers: Model<CarrierDocument>) {}

  async find(id: string, session: ClientSession | null = null): Promise<Carrier | null> {
    if (!Types.ObjectId.isValid(id)) return null;
    const carrier = await this.carriers
      .findOne({ _id: new Types.ObjectId(id) })
      .session(session)
      .lean<CarrierDocument>();
    return carrier && toCarrier(carrier);
  }

  /** The carrier if this very request made it. */
  async findCreated(id: string, creation: Types.ObjectId): Promise<Carrier | null> {
    const carrier = await this.carriers
      .findOne({ _id: new Types.ObjectId(id), creation })
      .lean<CarrierDocument>();
    return carrier && toCarrier(carrier);
  }

  async findMany(ids: readonly string[]): Promise<Carrier[]> {
    const valid = ids.filter((id) => Types.ObjectId.isValid(id)).map((id) => new Types.ObjectId(id));
    const carriers = await this.carriers
      .find({ _id: trusted({ $in: valid }) })
      .limit(valid.length + 1)
      .lean<CarrierDocument[]>();
    return carriers.map(toCarrier);
  }

  /** By name. */
  async list(filter: CarrierFilter, offset: number, limit: number): Promise<Carrier[]> {
    const { conditions, hint } = queryOf(filter);
    const carriers = await this.carriers
      .find(conditions)
      .sort({ name: 1, _id: 1 })
      .skip(offset)
      .limit(limit)
      .hint(hint)
      .lean<CarrierDocument[]>();
    return carriers.map(toCarrier);
  }

  async count(filter: CarrierFilter): Promise<number> {
    const { conditions, hint } = queryOf(filter);
    return this.carriers.countDocuments(conditions).hint(hint);
  }

  async insert(
    id: string,
    creation: Types.ObjectId,
    profile: CarrierProfile,
    session: ClientSession,
  ): Promise<Carrier> {
    const now = new Date();
    const created = new this.carriers({
      _id: new Types.ObjectId(id),
      creation,
      ...profile,
      status: 'active',
      version: 1,
      createdAt: now,
      updatedAt: now,
    });
    return toCarrier((await created.save({ session })).toObject());
  }

  async update(
    id: string,
    change: Partial<CarrierProfile> & { status?: CarrierStatus },
    version: number | undefined,
    session: ClientSession,
  ): Promise<Carrier | null> {
    const updated = await this.carriers
      .findOneAndUpdate(
        { _id: new Types.ObjectId(id), ...(version === undefined ? {} : { version }) },
        { $set: { ...change, updatedAt: new Date() }, $inc: { version: 1 } },
        { returnDocument: 'after', session },
      )
      .lean<CarrierDocument>();
    return updated && toCarrier(updated);
  }

  /** Counts one more rating in. */
  async addRating(id: string, stars: number, session: ClientSession): Promise<void> {
    await this.carriers.updateOne(
      { _id: new Types.ObjectId(id) },
      { $inc: { stars, ratings: 1 } },
      { session },
    );
  }
}

function queryOf({ status, transportType }: CarrierFilter) {
  return transportType
    ? { conditions: { status, transportTypes: transportType }, hint: 'status_transportTypes_name' }
    : { conditions: { status }, hint: 'status_name' };
}

function toCarrier({ _id, creation: _creation, stars, ratings, ...carrier }: CarrierDocument): Carrier {
  return {
    id: String(_id),
    ...carrier,
    ratings,
    rating: ratings > 0 ? Math.round((100 * stars) / ratings) / 100 : null,
  };
}
