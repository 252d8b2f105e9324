import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Types, type ClientSession, type Model, type mongo } from 'mongoose';
import { bulkFailures, isOnlyDuplicates } from '../database/database-errors.js';
import type { DomainEvent } from './event-type.js';
import { EventDocument } from './event.schema.js';

const AGGREGATES_AT_ONCE = 200;
const EVENTS_AT_ONCE = 500;
/** An event that is laid down again, by a move that was cut off, meets its id: it is not delivered twice. */
const REMEMBERED_MS = 3600 * 1000;

/** The `events` collection: the outbox. */
@Injectable()
export class EventsRepository {
  private readonly events: mongo.Collection<EventDocument>;

  constructor(@InjectModel(EventDocument.name) model: Model<EventDocument>) {
    this.events = model.collection as unknown as mongo.Collection<EventDocument>;
  }

  /** Inserts an event unless it is there, in the transaction of its change. */
  async insertOnce({ _id, ...event }: EventDocument, session: ClientSession): Promise<void> {
    await this.events.updateOne({ _id }, { $setOnInsert: event }, { upsert: true, session: session });
  }

  /** Inserts new events, in the transaction of their changes. */
  async insertMany(events: EventDocument[], session: ClientSession): Promise<void> {
    await this.events.insertMany(events, { session: session });
  }

  /** Inserts those of the events that are not there yet, in their order. */
  async insertMissing(events: EventDocument[]): Promise<void> {
    if (events.length === 0) return;
    try {
      await this.events.insertMany(events, { ordered: false });
    } catch (error) {
      if (!isOnlyDuplicates(bulkFailures(error))) throw error;
    }
  }

  /**
   * The next events for a handler, those of one aggregate in its order and none left out before another: ids come
   * from the clocks of many processes, so they choose the aggregates, and `sequence` the events.
   */
  async next(handler: string): Promise<DomainEvent[]> {
    const oldest = await this.events
      .find(
        { pending: handler },
        { projection: { aggregate: 1 }, sort: { _id: 1 }, hint: 'pending_id', limit: AGGREGATES_AT_ONCE },
      )
      .toArray();
    if (oldest.length === 0) return [];
    const aggregates = [...new Set(oldest.map(({ aggregate }) => aggregate))];
    const found = await this.events
      .find(
        { pending: handler, aggregate: { $in: aggregates } },
        { sort: { aggregate: 1, sequence: 1 }, hint: 'pending_aggregate_sequence', limit: EVENTS_AT_ONCE },
      )
      .toArray();
    return found.map(({ _id, pending: _pending, expiresAt: _expiresAt, ...event }) => ({
      id: String(_id),
      ...event,
    }));
  }

  /** Notes that a handler has had events. Returns for how many it was new. */
  async done(handler: string, ids: readonly string[], session?: ClientSession): Promise<number> {
    const waiting = { _id: { $in: ids.map((id) => new Types.ObjectId(id)) }, pending: handler };
    const others = { $filter: { input: '$pending', cond: { $ne: ['$$this', handler] } } };
    const expiresAt = new Date(Date.now() + REMEMBERED_MS);
    const { modifiedCount } = await this.events.updateMany(
      waiting,
      [
        { $set: { pending: others } },
        { $set: { expiresAt: { $cond: [{ $eq: ['$pending', []] }, expiresAt, '$$REMOVE'] } } },
      ],
      session ? { session: session } : {},
    );
    return modifiedCount;
  }

  /** How many events wait for a handler. */
  async countPending(handler: string): Promise<number> {
    return this.events.countDocuments({ pending: handler }, { hint: 'pending_id' });
  }

  /** Tells of new events; a hint to look, no more. */
  watch(): mongo.ChangeStream {
    return this.events.watch([{ $match: { operationType: 'insert' } }, { $project: { _id: 1 } }]);
  }

  async deleteAll(shop: string): Promise<void> {
    await this.events.deleteMany({ shop }, { hint: 'shop' });
  }
}
