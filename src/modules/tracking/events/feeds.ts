import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Logger } from 'pino';
import type { Config } from '../../../config/config.js';
import { CONFIG } from '../../../config/config.module.js';
import { LOGGER } from '../../../platform/observability/observability.module.js';
import { deliveryOf, type Delivery } from './delivery.js';
import type { OrderRef, TrackingEvent } from './tracking-event.js';
import { TrackingEventsRepository } from './tracking-events.repository.js';

/** Who wants the events of an order: each once, in their order. */
export interface Follower {
  deliver(delivery: Delivery): void;
}

interface Feed extends OrderRef {
  /** The last event that followers were given. */
  last: number;
  followers: Set<Follower>;
  /** Settles when what was missed has been read. */
  catching: Promise<void> | undefined;
  /** Something arrived meanwhile: read once more. */
  again: boolean;
  ready: Promise<TrackingEvent | null>;
}

/** How often the database is asked for what nobody told of. */
const SWEEP_MS = 15_000;
const DEGRADED_SWEEP_MS = 1_000;
const ORDERS_A_QUERY = 200;
const EVENTS_A_READ = 500;

/**
 * The orders that sockets of this instance follow. Events come from this process, from others by `Broadcast`, and what
 * was missed from the database, which has each before anybody is told: a number left out is read, and a sweep finds
 * what nobody told of.
 */
@Injectable()
export class Feeds implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly feeds = new Map<string, Feed>();
  private channels: {
    listen(order: string): void;
    unlisten(order: string): void;
    readonly degraded: boolean;
  } = {
    listen: () => undefined,
    unlisten: () => undefined,
    degraded: true,
  };
  private timer: NodeJS.Timeout | undefined;
  private sweptAt = 0;
  private sweeping = false;

  constructor(
    private readonly repository: TrackingEventsRepository,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    if (!this.config.runs.sockets) return;
    this.timer = setInterval(() => void this.sweepWhenDue(), DEGRADED_SWEEP_MS).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  hearThrough(channels: Feeds['channels']): void {
    this.channels = channels;
  }

  get followed(): number {
    return this.feeds.size;
  }

  /** Follows an order from now on; gives its latest event, behind which the follower gets each. */
  async follow(ref: OrderRef, follower: Follower): Promise<TrackingEvent | null> {
    const known = this.feeds.get(ref.order);
    if (known) {
      known.followers.add(follower);
      await known.ready;
      return this.repository.latest(ref);
    }
    const feed: Feed = {
      ...{ order: ref.order, clientId: ref.clientId, last: Infinity, followers: new Set([follower]) },
      ...{ catching: undefined, again: false, ready: Promise.resolve(null) },
    };
    this.feeds.set(ref.order, feed);
    this.channels.listen(ref.order);
    feed.ready = this.repository.latest(ref).then((latest) => {
      feed.last = latest?.id ?? 0;
      return latest;
    });
    feed.ready.catch(() => {
      this.drop(feed); // the next follower tries again
    });
    return feed.ready;
  }

  unfollow(order: string, follower: Follower): void {
    const feed = this.feeds.get(order);
    if (!feed?.followers.delete(follower) || feed.followers.size > 0) return;
    this.drop(feed);
  }

  /** Gives an event to the followers; what is missing before it is read first. */
  arrive(delivery: Delivery): void {
    const feed = this.feeds.get(delivery.order);
    // while the state is read or a gap is filled, the database gives this event, too
    if (!feed || delivery.id <= feed.last) return;
    if (feed.catching) feed.again = true;
    else if (delivery.id > feed.last + 1) void this.catchUp(feed);
    else this.give(feed, delivery);
  }

  /** Looks for what was missed of every order. */
  async sweep(): Promise<void> {
    const feeds = [...this.feeds.values()].filter(({ last }) => last !== Infinity);
    for (let at = 0; at < feeds.length; at += ORDERS_A_QUERY) {
      const chunk = feeds.slice(at, at + ORDERS_A_QUERY);
      const behind = await this.repository.behind(
        chunk.map(({ order, clientId, last }) => ({ order, clientId, id: last })),
      );
      await Promise.all(chunk.filter(({ order }) => behind.has(order)).map((feed) => this.catchUp(feed)));
    }
  }

  private async sweepWhenDue(): Promise<void> {
    const every = this.channels.degraded ? DEGRADED_SWEEP_MS : SWEEP_MS;
    if (this.sweeping || performance.now() - this.sweptAt < every) return;
    this.sweeping = true;
    await this.sweep().catch((err: unknown) => {
      this.logger.warn({ err }, 'Missed tracking events could not be looked for');
    });
    this.sweptAt = performance.now();
    this.sweeping = false;
  }

  private give(feed: Feed, delivery: Delivery): void {
    feed.last = delivery.id;
    for (const follower of feed.followers) follower.deliver(delivery);
  }

  private drop(feed: Feed): void {
    if (this.feeds.get(feed.order) !== feed) return;
    this.feeds.delete(feed.order);
    this.channels.unlisten(feed.order);
  }

  private async catchUp(feed: Feed): Promise<void> {
    feed.catching ??= this.readMissed(feed)
      .catch((err: unknown) => {
        this.logger.warn({ err, order: feed.order }, 'Missed tracking events could not be read yet');
      })
      .finally(() => (feed.catching = undefined));
    await feed.catching;
  }

  private async readMissed(feed: Feed): Promise<void> {
    let read: number;
    do {
      feed.again = false;
      const missed = await this.repository.after(feed, feed.last, EVENTS_A_READ);
      for (const event of missed) if (event.id > feed.last) this.give(feed, deliveryOf(event));
      read = missed.length;
    } while (isBehind(feed, read));
  }
}

/** Whether there may be more: a full page was read, or something came while it was. */
function isBehind({ again }: Feed, read: number): boolean {
  return again || read === EVENTS_A_READ;
}
