import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Types, type Model, type mongo } from 'mongoose';
import { bulkFailures, isOnlyDuplicates } from '../../../platform/database/database-errors.js';
import type { OrderRef, TrackingEvent } from './tracking-event.js';
import { TrackingEventDocument } from './tracking-event.schema.js';

export interface StoredEvent extends TrackingEvent {
  /** The document's id, where it is given from outside. */
  source?: string;
  expiresAt?: Date;
}

const HINT = 'clientId_order_n';

/** The `tracking_events` collection: what happened to each order, numbered. */
@Injectable()
export class TrackingEventsRepository {
  private readonly events: mongo.Collection<TrackingEventDocument>;

  constructor(@InjectModel(TrackingEventDocument.name) model: Model<TrackingEventDocument>) {
    this.events = model.collection as unknown as mongo.Collection<TrackingEventDocument>;
  }

  /** The latest event: what is known of the order. */
  async latest(ref: OrderRef): Promise<TrackingEvent | null> {
    const found = await this.events.findOne(keyOf(ref), {
      ...{ sort: { n: -1 }, hint: HINT, readPreference: 'primary' },
    });
    return found && toEvent(found);
  }

  /** What came after an event, oldest first. */
  async after(ref: OrderRef, id: number, limit: number): Promise<TrackingEvent[]> {
    const found = await this.events
      .find(
        { ...keyOf(ref), n: { $gt: id } },
        { sort: { n: 1 }, hint: HINT, limit, readPreference: 'primary' },
      )
      .toArray();
    return found.map(toEvent);
  }

  /** Orders of those named that have an event after the given one. */
  async behind(heads: readonly (OrderRef & { id: number })[]): Promise<Set<string>> {
    if (heads.length === 0) return new Set();
    const found = await this.events
      .find(
        { $or: heads.map((head) => ({ ...keyOf(head), n: head.id + 1 })) },
        { projection: { _id: 0, order: 1 }, hint: HINT, readPreference: 'primary' },
      )
      .toArray();
    return new Set(found.map(({ order }) => String(order)));
  }

  /** Positions of the track that is kept, latest first; `before` is the id the page before ended with. */
  async track(ref: OrderRef, before: number | undefined, limit: number): Promise<TrackingEvent[]> {
    const found = await this.events
      .find(
        {
          ...keyOf(ref),
          ...(before === undefined ? {} : { n: { $lt: before } }),
          ...{ kind: 'position', kept: true },
        },
        { sort: { n: -1 }, hint: HINT, limit, batchSize: limit, singleBatch: true },
      )
      .toArray();
    return found.map(toEvent);
  }

  async bySource(source: string): Promise<TrackingEvent | null> {
    const found = await this.events.findOne(
      { _id: new Types.ObjectId(source) },
      { readPreference: 'primary' },
    );
    return found && toEvent(found);
  }

  /**
   * Stores events, those of one order in their sequence. Returns which were refused, by their place: their number was
   * taken, or they are there already.
   */
  async insert(events: readonly StoredEvent[], ordered: boolean): Promise<Set<number>> {
    try {
      await this.events.insertMany(events.map(toDocument), { ordered });
      return new Set();
    } catch (error) {
      const failures = bulkFailures(error);
      if (!failures || !isOnlyDuplicates(failures)) throw error;
      const refused = new Set(failures.map(({ index }) => index));
      // an ordered write ends at the first that is refused
      const [first = events.length] = refused;
      return ordered ? new Set(events.keys().filter((at) => at >= first)) : refused;
    }
  }

  async deleteAll(clientId: string): Promise<void> {
    await this.events.deleteMany({ clientId }, { hint: HINT });
  }
}

function keyOf({ order, clientId }: OrderRef) {
  return { clientId, order: new Types.ObjectId(order) };
}

function toDocument({ id, order, source, ...event }: StoredEvent): TrackingEventDocument {
  const _id = source === undefined ? new Types.ObjectId() : new Types.ObjectId(source);
  return { _id, order: new Types.ObjectId(order), n: id, ...event };
}

function toEvent({ _id, n, order, expiresAt: _, ...event }: TrackingEventDocument): TrackingEvent {
  return { id: n, order: String(order), ...event };
}
