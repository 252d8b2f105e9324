import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { ClientSession, Model, mongo } from 'mongoose';
import { bulkFailures, isOnlyDuplicates } from '../database/database-errors.js';
import type { AuditEvent, AuditResource } from './audit-event.js';
import { AuditEventDocument } from './audit-event.schema.js';
import type { AuditQuery } from './audit.query.js';

const DELETED_AT_ONCE = 5_000;

/** The `audit_events` collection: events are added and read, and removed when their time is over. */
@Injectable()
export class AuditRepository {
  private readonly events: mongo.Collection<AuditEventDocument>;

  constructor(@InjectModel(AuditEventDocument.name) model: Model<AuditEventDocument>) {
    this.events = model.collection as unknown as mongo.Collection<AuditEventDocument>;
  }

  async insert(event: AuditEventDocument, session?: ClientSession): Promise<void> {
    // a copy: a transaction that is retried inserts the event again
    await this.events.insertOne({ ...event }, session ? { session: session } : {});
  }

  async insertMany(events: AuditEventDocument[], session: ClientSession): Promise<void> {
    await this.events.insertMany(events, { session: session });
  }

  /** Inserts an event unless it is there. */
  async insertOnce({ _id, ...event }: AuditEventDocument, session: ClientSession): Promise<void> {
    const options = { upsert: true, session: session };
    await this.events.updateOne({ _id }, { $setOnInsert: event }, options);
  }

  /** Inserts those of the events that are not there yet. */
  async insertMissing(events: AuditEventDocument[]): Promise<void> {
    try {
      await this.events.insertMany(events, { ordered: false });
    } catch (error) {
      if (!isOnlyDuplicates(bulkFailures(error))) throw error;
    }
  }

  /** Takes back the events of something that was taken back itself, in the same transaction. */
  async deleteOf(resource: AuditResource, resourceId: string, session: ClientSession): Promise<void> {
    const filter = { resource, resourceId };
    await this.events.deleteMany(filter, { hint: 'resourceId_at', session: session });
  }

  /** Newest first. */
  async list({ filter, hint }: AuditQuery, limit: number): Promise<AuditEvent[]> {
    const found = await this.events
      .find(filter, { sort: { at: -1, _id: -1 }, hint, limit, batchSize: limit, singleBatch: true })
      .toArray();
    return found.map(({ _id, ...event }) => ({ id: String(_id), ...event }));
  }

  async countBefore(before: Date): Promise<number> {
    return this.events.countDocuments({ at: { $lt: before } }, { hint: 'at' });
  }

  /** Removes what is older, in small steps. Returns how many. */
  async deleteBefore(before: Date, signal?: AbortSignal): Promise<number> {
    let removed = 0;
    for (;;) {
      signal?.throwIfAborted();
      const filter = { at: { $lt: before } };
      const [last] = await this.events
        .find(filter, {
          projection: { at: 1 },
          sort: { at: 1, _id: 1 },
          skip: DELETED_AT_ONCE - 1,
          limit: 1,
          hint: 'at',
        })
        .toArray();
      const step = last ? { at: { $lte: last.at } } : filter;
      removed += (await this.events.deleteMany(step, { hint: 'at' })).deletedCount;
      if (!last) return removed;
    }
  }

  async deleteAll(shop: string): Promise<void> {
    await this.events.deleteMany({ shop }, { hint: 'shop_at' });
  }
}
