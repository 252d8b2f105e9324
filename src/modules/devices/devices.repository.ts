import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Model, trusted, Types, type ClientSession } from 'mongoose';
import type { ShopDomain } from '../../kernel/shop-domain.js';
import type { Device, DeviceStatus } from './device.js';
import { DeviceDocument } from './device.schema.js';
import type { DeviceQuery } from './devices.query.js';

@Injectable()
export class DevicesRepository {
  constructor(@InjectModel(DeviceDocument.name) private readonly devices: Model<DeviceDocument>) {}

  async find(shop: ShopDomain, id: string): Promise<Device | null> {
    if (!Types.ObjectId.isValid(id)) return null;
    const found = await this.devices.findOne({ _id: id, shop }).lean<DeviceDocument>();
    return found && toDevice(found);
  }

  async findAll(shop: ShopDomain, ids: string[], session: ClientSession | null = null): Promise<Device[]> {
    const found = await this.devices
      .find({ _id: trusted({ $in: ids }), shop })
      .hint('_id_')
      .limit(Math.max(ids.length, 1))
      .session(session)
      .lean<DeviceDocument[]>();
    return found.map(toDevice);
  }

  async list({ filter, sort, hint }: DeviceQuery, limit: number): Promise<Device[]> {
    const found = await this.devices.find(filter).sort(sort).limit(limit).hint(hint).lean<DeviceDocument[]>();
    return found.map(toDevice);
  }

  async insert({ id, imei, ...device }: Device, session: ClientSession): Promise<void> {
    await new this.devices({ _id: id, ...device, ...(imei === null ? {} : { imei }) }).save({ session });
  }

  async update(
    shop: ShopDomain,
    { id, version }: Pick<Device, 'id' | 'version'>,
    change: Partial<Pick<Device, 'status' | 'note' | 'orderId' | 'lineId'>>,
    session: ClientSession,
  ): Promise<Device | null> {
    const found = await this.devices
      .findOneAndUpdate(
        { _id: id, shop, version },
        { $set: { ...change, updatedAt: new Date() }, $inc: { version: 1 } },
        { returnDocument: 'after', session },
      )
      .lean<DeviceDocument>();
    return found && toDevice(found);
  }

  /** Gives units of a variant for an order line, if all of them are in stock. */
  async assign(
    shop: ShopDomain,
    ids: string[],
    { variantId, ...place }: { variantId: string; orderId: string; lineId: string },
    session: ClientSession,
  ): Promise<boolean> {
    const { matchedCount } = await this.devices.updateMany(
      { _id: trusted({ $in: ids }), shop, variantId, status: 'in_stock' },
      { $set: { status: 'assigned', ...place, updatedAt: new Date() }, $inc: { version: 1 } },
      { session, hint: '_id_' },
    );
    return matchedCount === ids.length;
  }

  /** Moves the units of an order that are in one state into another. */
  async moveOfOrder(
    shop: ShopDomain,
    orderId: string,
    { from, to, ids }: { from: DeviceStatus; to: DeviceStatus; ids?: string[] },
    session: ClientSession,
  ): Promise<number> {
    const free = to === 'in_stock' ? { orderId: null, lineId: null } : {};
    const { matchedCount } = await this.devices.updateMany(
      { shop, orderId, status: from, ...(ids ? { _id: trusted({ $in: ids }) } : {}) },
      { $set: { status: to, ...free, updatedAt: new Date() }, $inc: { version: 1 } },
      { session, hint: 'shop_orderId' },
    );
    return matchedCount;
  }

  async deleteAll(shop: ShopDomain): Promise<void> {
    await this.devices.deleteMany({ shop }).hint('shop_id');
  }
}

function toDevice({ _id, imei, ...device }: DeviceDocument): Device {
  return { id: String(_id), ...device, imei: imei ?? null };
}
