import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { Config } from '../../../config/config.js';
import { CONFIG } from '../../../config/config.module.js';
import { AppError } from '../../../kernel/errors.js';
import { Batcher } from '../../../platform/database/batcher.js';
import { TenantData } from '../../../platform/tenancy/tenant-data.js';
import type { NewTrackingEvent, OrderRef, TrackingEvent } from './tracking-event.js';
import { TrackingEventsRepository, type StoredEvent } from './tracking-events.repository.js';

/** Says what comes next, given the latest event; throws what speaks against it. Asked again when another was quicker. */
export type Next = (latest: TrackingEvent | null) => NewTrackingEvent;

interface Append extends OrderRef {
  next: Next;
}
type Outcome = { event: TrackingEvent } | { error: unknown };

const KNOWN_ORDERS = 20_000;
const MOST_TRIES = 20;
const DAY_MS = 86_400_000;

/**
 * Numbers events and stores them, in one write: a number is had by whoever stores it, so that no event can appear
 * behind one that was seen, whatever process dies. What many orders have to tell at once goes in one command.
 */
@Injectable()
export class EventLog implements OnModuleInit {
  /** The latest event of orders that tell something; another instance may know a later one. */
  private readonly latest = new LRUCache<string, TrackingEvent>({ max: KNOWN_ORDERS });
  private readonly batcher = new Batcher<Append, Outcome>((appends) => this.write(appends), { atMost: 500 });

  constructor(
    private readonly repository: TrackingEventsRepository,
    private readonly tenants: TenantData,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  onModuleInit(): void {
    this.tenants.register('tracking events', (shop) => this.repository.deleteAll(shop));
  }

  /** Stores what comes next of an order. @throws what `next` throws */
  async append({ order, clientId }: OrderRef, next: Next): Promise<TrackingEvent> {
    const outcome = await this.batcher.ask({ order, clientId, next });
    if ('error' in outcome) throw outcome.error;
    return outcome.event;
  }

  private async write(appends: Append[]): Promise<Outcome[]> {
    const outcomes = new Map<Append, Outcome>();
    let waiting = appends;
    for (let tries = 0; waiting.length > 0; tries++) {
      if (tries === MOST_TRIES) {
        const error = new AppError('service_unavailable', 'Too many report on this order at once.');
        for (const append of waiting) outcomes.set(append, { error });
        break;
      }
      waiting = await this.attempt(waiting, outcomes);
    }
    return appends.map((append) => outcomes.get(append) ?? { error: new Error('An event was not written.') });
  }

  /** Writes what can be written; returns those that have to be tried again. */
  private async attempt(appends: Append[], outcomes: Map<Append, Outcome>): Promise<Append[]> {
    const groups = [...Map.groupBy(appends, ({ order }) => order).values()];
    const made = await Promise.all(groups.map((group) => this.prepare(group, outcomes)));
    // of orders with one event each the writes cannot stand in each other's way: one command
    const single = made.filter(({ length }) => length === 1).flat();
    const several = made.filter(({ length }) => length > 1);
    const again = await Promise.all([
      this.insert(single, false, outcomes),
      ...several.map((group) => this.insert(group, true, outcomes)),
    ]);
    return again.flat();
  }

  /** The events of one order's appends, numbered behind its latest. */
  private async prepare(group: Append[], outcomes: Map<Append, Outcome>): Promise<[Append, StoredEvent][]> {
    const made: [Append, StoredEvent][] = [];
    const [first] = group;
    if (!first) return made;
    let latest = this.latest.get(first.order) ?? (await this.repository.latest(first));
    for (const append of group) {
      try {
        const { source, ...next } = append.next(latest);
        const { order, clientId } = append;
        const event: TrackingEvent = { id: (latest?.id ?? 0) + 1, order, clientId, ...next };
        made.push([append, { ...event, ...this.expiryOf(event), ...(source ? { source } : {}) }]);
        latest = event;
      } catch (error) {
        outcomes.set(append, { error });
      }
    }
    return made;
  }

  private async insert(
    made: [Append, StoredEvent][],
    ordered: boolean,
    outcomes: Map<Append, Outcome>,
  ): Promise<Append[]> {
    if (made.length === 0) return [];
    const again: Append[] = [];
    const refused = await this.insertOrForget(made, ordered);
    for (const [at, [append, { source, expiresAt: _, ...event }]] of made.entries()) {
      const there = refused.has(at) && source !== undefined ? await this.repository.bySource(source) : null;
      if (there) outcomes.set(append, { event: there });
      else if (refused.has(at)) again.push(append);
      else outcomes.set(append, { event });
      if (refused.has(at)) this.latest.delete(event.order);
      else this.latest.set(event.order, event);
    }
    return again;
  }

  /** After a failure nobody knows what was stored. */
  private async insertOrForget(made: [Append, StoredEvent][], ordered: boolean): Promise<Set<number>> {
    const events = made.map(([, event]) => event);
    try {
      return await this.repository.insert(events, ordered);
    } catch (error) {
      for (const { order } of events) this.latest.delete(order);
      throw error;
    }
  }

  private expiryOf({ kind, kept }: TrackingEvent): { expiresAt?: Date } {
    if (kind === 'status') return {};
    const { retentionDays, resumeMs } = this.config.tracking;
    return { expiresAt: new Date(Date.now() + (kept ? retentionDays * DAY_MS : resumeMs)) };
  }
}
