import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Model, mongo, Types, type ClientSession } from 'mongoose';
import { invalidField } from '../../kernel/errors.js';
import type { PolygonGeometry } from '../../kernel/geo.js';
import { OBJECT_ID } from '../../kernel/object-id.js';
import { gridOf } from './near/end-grid.js';
import {
  MOVING,
  type End,
  type LastPosition,
  type StatusEntry,
  type TransportOrder,
  type TransportRoute,
} from './transport-order.js';
import { TransportOrderDocument } from './transport-order.schema.js';
import { EVERYBODY, type TransportQuery } from './transport-orders.query.js';

export type TransportEdit = Partial<Omit<TransportOrder, 'id' | 'clientId' | 'version' | 'history'>>;

/** The server's "Can't extract geo keys" and "Loop is not valid". */
const BAD_GEOMETRY = [16755, 2];
const MOST_HISTORY = 200;
/** What lists leave out. */
const LIST = { history: 0, parties: 0, grid: 0 } as const;
const ROUTE = {
  ...{ clientId: 1, carrierId: 1, status: 1, reference: 1 },
  ...{ 'pickup.point': 1, 'via.point': 1, 'delivery.point': 1 },
} as const;

/** Where the last report of the carrier that had it still counts. */
const FOLLOWED = [...MOVING, 'DELIVERED' as const, 'FAILED' as const];

/** The `transport_orders` collection, natively (ADR 0004). Whose orders comes first: a party, `*` for operators. */
@Injectable()
export class TransportOrdersRepository {
  private readonly orders: mongo.Collection<TransportOrderDocument>;

  constructor(@InjectModel(TransportOrderDocument.name) model: Model<TransportOrderDocument>) {
    this.orders = model.collection as unknown as mongo.Collection<TransportOrderDocument>;
  }

  /** The order if one of the parties has it. */
  async find(
    parties: readonly string[],
    id: string,
    session?: ClientSession,
  ): Promise<TransportOrder | null> {
    if (!OBJECT_ID.test(id)) return null;
    const filter = { _id: new Types.ObjectId(id), parties: { $in: [...parties] } };
    const options = { readPreference: 'primary', ...(session ? { session: session } : {}) } as const;
    const order = await this.orders.findOne(filter, options);
    return order && toOrder(order);
  }

  /** Routes by id, whoever's they are: the caller checks. */
  async routes(ids: readonly string[]): Promise<TransportRoute[]> {
    const _id = { $in: ids.filter((id) => OBJECT_ID.test(id)).map((id) => new Types.ObjectId(id)) };
    const options = { projection: ROUTE, readPreference: 'primary' } as const;
    return (await this.orders.find({ _id }, options).toArray()).map(toRoute);
  }

  /**
   * Notes where orders were, where nothing later is known, unless they have gone back to be assigned meanwhile; no change
   * of them, so their version stays.
   */
  async noteWhereabouts(
    notes: readonly { id: string; clientId: string; last: LastPosition }[],
  ): Promise<void> {
    await this.orders.bulkWrite(
      notes.map(({ id, clientId, last }) => ({
        updateOne: {
          filter: {
            ...{ _id: new Types.ObjectId(id), clientId, status: { $in: FOLLOWED } },
            'lastPosition.at': { $not: { $gte: last.at } },
          },
          update: { $set: { lastPosition: last } },
        },
      })),
      { ordered: false, writeConcern: { w: 1 } }, // the next position comes soon
    );
  }

  /** Newest first, without the history. */
  async list({ filter, hint }: TransportQuery, limit: number): Promise<TransportOrder[]> {
    const sort = { createdAt: -1, _id: -1 } as const;
    const options = { projection: LIST, sort, hint, limit, batchSize: limit, singleBatch: true };
    return (await this.orders.find(filter, options).toArray()).map(toOrder);
  }

  /** A party's orders of these ids, in the order of the ids; those that are gone are left out. */
  async listed(party: string, ids: readonly string[]): Promise<TransportOrder[]> {
    if (ids.length === 0) return [];
    const filter = { _id: { $in: ids.map((id) => new Types.ObjectId(id)) }, parties: party };
    const options = { projection: LIST, hint: '_id_', batchSize: ids.length + 1, singleBatch: true };
    const found = await this.orders.find(filter, options).toArray();
    const byId = new Map(found.map((order) => [String(order._id), order]));
    return ids.flatMap((id) => byId.get(id) ?? []).map(toOrder);
  }

  /** Those with an end in an area, in no order. @throws AppError `validation_failed` for what is no area on the globe */
  async within(party: string, end: End, area: PolygonGeometry, limit: number): Promise<TransportOrder[]> {
    const filter = { parties: party, [`${end}.point`]: { $geoWithin: { $geometry: area } } };
    const hint = `parties_${end}.point`;
    const options = { projection: LIST, hint, limit, batchSize: limit, singleBatch: true };
    try {
      return (await this.orders.find(filter, options).toArray()).map(toOrder);
    } catch (error) {
      if (!(error instanceof mongo.MongoServerError) || !BAD_GEOMETRY.includes(Number(error.code)))
        throw error;
      throw invalidField('area', 'is_polygon', 'crosses itself or is no area on the globe', error);
    }
  }

  /** Which of the ids are orders of the client. */
  async existing(clientId: string, ids: readonly string[]): Promise<Set<string>> {
    const filter = { _id: { $in: ids.map((id) => new Types.ObjectId(id)) }, clientId };
    const options = { projection: { _id: 1 }, readPreference: 'primary' } as const;
    return new Set((await this.orders.find(filter, options).toArray()).map(({ _id }) => String(_id)));
  }

  /** The client's orders of these references, without their history. */
  async findByReferences(clientId: string, references: readonly string[]): Promise<TransportOrder[]> {
    const filter = { clientId, reference: { $in: [...references] } };
    const options = { projection: LIST, hint: 'clientId_reference', readPreference: 'primary' } as const;
    return (await this.orders.find(filter, options).toArray()).map(toOrder);
  }

  async insertMany(orders: readonly TransportOrder[], session: ClientSession): Promise<void> {
    const documents = orders.map((order) => {
      const { id, ...rest } = order;
      return { _id: new Types.ObjectId(id), ...rest, parties: partiesOf(order), grid: gridOf(order) };
    });
    await this.orders.insertMany(documents, { session: session });
  }

  /** Writes a change if the order still is at the version. */
  async update(
    before: TransportOrder,
    edit: TransportEdit,
    entry: StatusEntry | undefined,
    session: ClientSession,
  ): Promise<TransportOrder | null> {
    const { id, clientId, version } = before;
    const after = { ...before, ...edit };
    const updated = await this.orders.findOneAndUpdate(
      { _id: new Types.ObjectId(id), clientId, version },
      {
        $set: { ...edit, parties: partiesOf(after), grid: gridOf(after), updatedAt: new Date() },
        $inc: { version: 1 },
        ...(entry ? { $push: { history: { $each: [entry], $slice: -MOST_HISTORY } } } : {}),
      },
      { returnDocument: 'after', session: session },
    );
    return updated && toOrder(updated);
  }

  /** Removes what a shop sent. */
  async deleteAll(clientId: string): Promise<void> {
    await this.orders.deleteMany({ clientId }, { hint: 'clientId_reference' });
  }
}

function partiesOf({ clientId, carrierId }: Pick<TransportOrder, 'clientId' | 'carrierId'>): string[] {
  return [EVERYBODY, clientId, ...(carrierId === null ? [] : [carrierId])];
}

function toRoute({ _id, pickup, via, delivery, ...order }: TransportOrderDocument): TransportRoute {
  const { clientId, carrierId, status, reference } = order;
  const stops = [pickup, ...via, delivery].map(({ point }) => point.coordinates);
  return { id: String(_id), clientId, carrierId, status, reference, stops };
}

function toOrder({ _id, parties: _, grid: __, ...order }: TransportOrderDocument): TransportOrder {
  return { id: String(_id), ...order, lastPosition: order.lastPosition ?? null };
}
