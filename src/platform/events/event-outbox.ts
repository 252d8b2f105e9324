import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { ClientSession, Types } from 'mongoose';
import { TenantData } from '../tenancy/tenant-data.js';
import { EventHandlers } from './event-handlers.js';
import type { Occurrence } from './event-type.js';
import type { EventDocument } from './event.schema.js';
import { EventsRepository } from './events.repository.js';

interface Change {
  _id: Types.ObjectId;
  at: Date;
  resource: string;
  resourceId: string;
  shop: string | null;
}

/** Where the events of changes are laid down with the changes; `EventRelay` takes them from there to the handlers. */
@Injectable()
export class EventOutbox implements OnModuleInit {
  constructor(
    private readonly repository: EventsRepository,
    private readonly handlers: EventHandlers,
    private readonly tenants: TenantData,
  ) {}

  onModuleInit(): void {
    this.tenants.register('events', (shop) => this.repository.deleteAll(shop));
  }

  /** The event that a change is; undefined where no handler wants it. */
  eventOf(change: Change, { type, sequence, data }: Occurrence): EventDocument | undefined {
    const pending = this.handlers.wanting(type.name);
    if (pending.length === 0) return undefined;
    const { _id, at, resource, resourceId, shop } = change;
    const aggregate = `${resource}:${resourceId}`;
    return {
      _id,
      type: type.name,
      version: type.version,
      aggregate,
      sequence,
      shop,
      at,
      data,
      pending: [...pending],
    };
  }

  /** Stores an event with the change that it tells of. */
  async add(event: EventDocument, session: ClientSession): Promise<void> {
    await this.repository.insertOnce(event, session);
  }

  /** Stores the events of many changes with them. */
  async addMany(events: EventDocument[], session: ClientSession): Promise<void> {
    if (events.length > 0) await this.repository.insertMany(events, session);
  }

  /** Stores events that were written inside what they tell of; again without effect. */
  async move(events: EventDocument[]): Promise<void> {
    await this.repository.insertMissing(events);
  }
}
