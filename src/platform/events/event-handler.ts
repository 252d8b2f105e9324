import type { DomainEvent, EventType } from './event-type.js';

/**
 * What is done about events: a feature extends it as a provider; `EventHandlers` finds it in the container. It is
 * called on workers, at least once for each event, in the order of each aggregate.
 */
export abstract class EventHandler {
  /** Names the handler in what is stored: events that wait for it are lost to another name. */
  abstract readonly name: string;
  abstract readonly types: readonly EventType[];

  /**
   * Must be safe to repeat, by the events' ids, also for a part of them. When it throws, they are given again one by
   * one, and what still fails becomes a job of its own (`DeliverEvent`).
   */
  abstract handle(events: readonly DomainEvent[]): Promise<void>;
}
