import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Model, Types, type ClientSession, type mongo } from 'mongoose';
import type { ShopDomain } from '../../kernel/shop-domain.js';
import { ShipmentDocument } from './shipment.schema.js';

/** The `shipments` collection, natively (ADR 0004). */
@Injectable()
export class ShipmentsRepository {
  private readonly shipments: mongo.Collection<ShipmentDocument>;

  constructor(@InjectModel(ShipmentDocument.name) model: Model<ShipmentDocument>) {
    this.shipments = model.collection as unknown as mongo.Collection<ShipmentDocument>;
  }

  async insert(shipment: ShipmentDocument, session: ClientSession): Promise<void> {
    await this.shipments.insertOne(shipment, { session: session });
  }

  async find(shop: ShopDomain, id: string): Promise<ShipmentDocument | null> {
    return this.shipments.findOne({ _id: new Types.ObjectId(id), shop }, { readPreference: 'primary' });
  }

  /** Those of one order. */
  async ofOrder(shop: ShopDomain, orderId: string): Promise<Pick<ShipmentDocument, '_id'>[]> {
    const options = { projection: { _id: 1 }, hint: 'shop_orderId', readPreference: 'primary' } as const;
    return this.shipments.find({ shop, orderId }, options).toArray();
  }

  async deleteAll(shop: ShopDomain): Promise<void> {
    await this.shipments.deleteMany({ shop }, { hint: 'shop_orderId' });
  }
}
