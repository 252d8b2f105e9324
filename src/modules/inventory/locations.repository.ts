import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Model, Types, type ClientSession } from 'mongoose';
import type { ShopDomain } from '../../kernel/shop-domain.js';
import type { Location, LocationInput } from './location.js';
import { LocationDocument } from './location.schema.js';

@Injectable()
export class LocationsRepository {
  constructor(@InjectModel(LocationDocument.name) private readonly locations: Model<LocationDocument>) {}

  async find(shop: ShopDomain, id: string): Promise<Location | null> {
    if (!Types.ObjectId.isValid(id)) return null;
    const found = await this.locations.findOne({ _id: id, shop }).lean<LocationDocument>();
    return found && toLocation(found);
  }

  async list(shop: ShopDomain, limit: number): Promise<Location[]> {
    const found = await this.locations
      .find({ shop })
      .sort({ createdAt: 1 })
      .limit(limit)
      .hint('shop_createdAt')
      .lean<LocationDocument[]>();
    return found.map(toLocation);
  }

  async insert({ id, isDefault, ...location }: Location, session: ClientSession): Promise<void> {
    await new this.locations({ _id: id, ...location, ...(isDefault ? { isDefault } : {}) }).save({ session });
  }

  async update(
    shop: ShopDomain,
    id: string,
    change: LocationInput,
    version: number,
    session: ClientSession,
  ): Promise<Location | null> {
    const found = await this.locations
      .findOneAndUpdate(
        { _id: id, shop, version },
        { $set: { ...change, updatedAt: new Date() }, $inc: { version: 1 } },
        { returnDocument: 'after', session },
      )
      .lean<LocationDocument>();
    return found && toLocation(found);
  }

  async deleteAll(shop: ShopDomain): Promise<void> {
    await this.locations.deleteMany({ shop }).hint('shop_createdAt');
  }
}

function toLocation({ _id, isDefault, ...location }: LocationDocument): Location {
  return { id: String(_id), ...location, isDefault: isDefault ?? false };
}
