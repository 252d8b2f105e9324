import type { Logger } from 'pino';
import { isTransient } from '../queue/job-failure.js';
import { isDatabaseUnavailable } from '../database/database-errors.js';
import type { Lease } from '../database/lease.js';
import type { EventDetour } from './deliver-event.js';
import type { EventHandler } from './event-handler.js';
import type { DomainEvent } from './event-type.js';
import type { EventsRepository } from './events.repository.js';

/** Looked at also when no change stream tells of events. */
const POLL_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;

export interface FeedParts {
  events: EventsRepository;
  detour: EventDetour;
  lease: Lease;
  logger: Logger;
  /** Told of every event that the handler has had. */
  delivered: (events: readonly DomainEvent[]) => void;
}

/** Brings one handler its events, on one worker at a time, batch after batch. */
export class EventFeed {
  private stopped = false;
  private woken = false;
  private wakeUp: () => void = () => undefined;
  private running: Promise<void> | undefined;

  constructor(
    private readonly handler: EventHandler,
    private readonly parts: FeedParts,
  ) {}

  start(): void {
    this.running = this.run();
  }

  /** There may be something new. */
  wake(): void {
    this.woken = true;
    this.wakeUp();
  }

  /** Ends after the batch that is being delivered. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.wake();
    await this.running;
    await this.parts.lease.release().catch(() => undefined); // it runs out by itself
  }

  private async run(): Promise<void> {
    let pauseMs = POLL_MS;
    while (!this.stopped) {
      try {
        while (await this.turn());
        pauseMs = POLL_MS;
        await this.rest(pauseMs, true);
      } catch (err) {
        this.parts.logger.warn({ err, handler: this.handler.name }, 'Events could not be delivered yet');
        await this.rest(pauseMs, false);
        pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
      }
    }
  }

  /** Delivers a batch; false when there was none, or the process stops. */
  private async turn(): Promise<boolean> {
    if (this.stopped) return false;
    const { events, detour, lease } = this.parts;
    const { held, inherited } = await lease.hold();
    if (!held) return false;
    this.woken = false;
    const { name } = this.handler;
    const batch = await events.next(name);
    if (batch.length === 0) return false;
    // what the process before may have died of gets a job each, which is given up after three such ends
    const away = inherited ? new Set(batch) : await detour.behind(name, batch);
    await detour.send(name, [...away]);
    await this.deliver(batch.filter((event) => !away.has(event)));
    return true;
  }

  private async deliver(batch: readonly DomainEvent[]): Promise<void> {
    if (batch.length === 0) return;
    try {
      await this.handed(batch);
    } catch (error) {
      if (isNobodysFault(error)) throw error;
      this.parts.logger.error({ err: error, handler: this.handler.name }, 'An event handler failed');
      await this.deliverSingly(batch);
    }
  }

  /** Finds out which of a batch fails; that, and what follows of its aggregate, takes the detour. */
  private async deliverSingly(batch: readonly DomainEvent[]): Promise<void> {
    const failing = new Set<string>();
    const away: DomainEvent[] = [];
    for (const event of batch) {
      try {
        if (!failing.has(event.aggregate)) await this.handed([event]);
      } catch (error) {
        if (isNobodysFault(error)) throw error;
        failing.add(event.aggregate);
      }
      if (failing.has(event.aggregate)) away.push(event);
    }
    await this.parts.detour.send(this.handler.name, away);
  }

  private async handed(events: readonly DomainEvent[]): Promise<void> {
    await this.handler.handle(events);
    await this.parts.events.done(
      this.handler.name,
      events.map(({ id }) => id),
    );
    this.parts.delivered(events);
  }

  /** Waits, or not if it was woken meanwhile. */
  private async rest(ms: number, wakeable: boolean): Promise<void> {
    if (this.stopped || (wakeable && this.woken)) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms).unref();
      this.wakeUp = () => {
        if (!wakeable && !this.stopped) return;
        clearTimeout(timer);
        resolve();
      };
    });
    this.wakeUp = () => undefined;
  }
}

/** A server is away: the events wait, no try is counted. */
function isNobodysFault(error: unknown): boolean {
  return isTransient(error) || isDatabaseUnavailable(error);
}
