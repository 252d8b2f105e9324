import { Injectable } from '@nestjs/common';
import { EventHandler } from '../../../platform/events/event-handler.js';
import type { DomainEvent } from '../../../platform/events/event-type.js';
import { MOVING, transportStatusChanged, type TransportStatusData } from '../../transport-orders/index.js';
import { EventLog } from './event-log.js';
import { EventNews } from './event-news.js';
import type { NewTrackingEvent, TrackingEvent } from './tracking-event.js';

/** Puts the steps of transport orders among their numbered events. */
@Injectable()
export class StatusEventsHandler extends EventHandler {
  readonly name = 'tracking-status';
  readonly types = [transportStatusChanged];

  constructor(
    private readonly log: EventLog,
    private readonly news: EventNews,
  ) {
    super();
  }

  async handle(events: readonly DomainEvent[]): Promise<void> {
    for (const event of events as readonly DomainEvent<TransportStatusData>[]) {
      const { transportOrderId: order, clientId } = event.data;
      // again with the same id it is the event it was, and told again: who had it knows its number
      this.news.tell(await this.log.append({ order, clientId }, (latest) => statusEvent(event, latest)));
    }
  }
}

function statusEvent(
  { id, at, data: { status, carrierId, note } }: DomainEvent<TransportStatusData>,
  latest: TrackingEvent | null,
): NewTrackingEvent {
  // where it was with the carrier before says nothing of the next
  const goesOn = MOVING.some((moving) => moving === status) || ['DELIVERED', 'FAILED'].includes(status);
  return {
    ...{ source: id, kind: 'status', at, note, status, carrierId, kept: true },
    position: goesOn ? (latest?.position ?? null) : null,
    progress: status !== 'DELIVERED' && goesOn ? (latest?.progress ?? null) : null,
    keptAt: goesOn ? (latest?.keptAt ?? null) : null,
  };
}
