import { Injectable } from '@nestjs/common';
import type { ClientSession } from 'mongoose';
import { Transactions } from '../database/transactions.js';
import { defineJob, type RunningJob } from '../queue/job.js';
import { JobProcessor } from '../queue/job-processor.js';
import { JobsRepository } from '../queue/jobs.repository.js';
import { JobsService } from '../queue/jobs.service.js';
import { EventHandlers } from './event-handlers.js';
import type { DomainEvent } from './event-type.js';
import { EventsRepository } from './events.repository.js';

export interface DeliverEvent {
  handler: string;
  event: DomainEvent;
}

type Nothing = Record<string, never>;

export const deliverEvent = defineJob<DeliverEvent, Nothing>('event.deliver', 'events');

/** Of an aggregate's events for one handler one job runs at a time, in their order. */
function groupOf(handler: string, aggregate: string): string {
  return `${handler}/${aggregate}`;
}

/**
 * The way of an event that its handler failed on: a job of its own, with the tries, quarantine and dead letters of
 * every job. While it is not over, what follows of the same aggregate goes the same way behind it.
 */
@Injectable()
export class EventDetour {
  constructor(
    private readonly jobs: JobsService,
    private readonly stored: JobsRepository,
    private readonly events: EventsRepository,
    private readonly transactions: Transactions,
  ) {}

  /** Those of the events whose aggregate has one on the detour. */
  async behind(handler: string, events: readonly DomainEvent[]): Promise<ReadonlySet<DomainEvent>> {
    const group = ({ aggregate }: DomainEvent) => groupOf(handler, aggregate);
    const open = await this.stored.openEvents([...new Set(events.map(group))]);
    const busy = new Set(open.map((job) => job.group));
    return new Set(events.filter((event) => busy.has(group(event))));
  }

  /** Makes jobs of the events, which then wait for this handler no more. */
  async send(handler: string, events: readonly DomainEvent[]): Promise<void> {
    if (events.length === 0) return;
    const jobs = events.map((event) => ({
      payload: { handler, event },
      options: {
        shop: event.shop,
        group: groupOf(handler, event.aggregate),
        trigger: { kind: 'event', by: event.type } as const,
      },
    }));
    const ids = events.map(({ id }) => id);
    const move = async (session: ClientSession) => {
      if ((await this.events.done(handler, ids, session)) !== events.length)
        throw new Error('Another process has delivered these events.');
      return this.jobs.recordMany(deliverEvent, jobs, session);
    };
    const sent = await this.transactions.run(move);
    // with those before them, should the queue have lost any: of an aggregate the first goes first
    this.jobs.release(await this.stored.openEvents([...new Set(sent.map(({ group }) => group ?? ''))]));
  }
}

@Injectable()
export class DeliverEventProcessor extends JobProcessor<DeliverEvent, Nothing> {
  readonly type = deliverEvent;

  constructor(private readonly handlers: EventHandlers) {
    super();
  }

  async run({ payload: { handler, event } }: RunningJob<DeliverEvent>): Promise<Nothing> {
    const known = this.handlers.of(handler);
    if (!known) throw new Error(`No event handler is called "${handler}".`);
    await known.handle([event]);
    return {};
  }
}
