import { AppError } from '../../../kernel/errors.js';
import type { Principal } from '../../../platform/http/access.js';
import { mayRead, type TransportRoute } from '../../transport-orders/index.js';
import { deliveryOf, stateView, type Delivery } from '../events/delivery.js';
import type { Feeds, Follower } from '../events/feeds.js';
import type { TrackingEvent } from '../events/tracking-event.js';
import type { TrackingEventsRepository } from '../events/tracking-events.repository.js';
import type { OrderRoutes } from '../positions/order-routes.js';
import type { SendBuffer } from './send-buffer.js';
import { serverMessage } from './server-messages.js';

/** The most events one resumption sends; who missed more starts from the latest state. */
const MOST_RESUMED = 500;

export interface SubscriptionParts {
  feeds: Feeds;
  events: TrackingEventsRepository;
  routes: OrderRoutes;
  /** How many orders a socket may follow. */
  limit: number;
}

/** The orders one socket follows. */
export class Subscriptions {
  private readonly followed = new Map<string, Subscription>();

  constructor(
    private readonly parts: SubscriptionParts,
    private readonly buffer: SendBuffer,
    private principal: Principal,
  ) {}

  /**
   * Follows an order, from behind `lastEventId` where what came since is still there.
   * @throws AppError `transport_order_not_found`, also for an order of others
   */
  async add(order: string, lastEventId: number | undefined, ref: string | undefined): Promise<void> {
    const route = await this.parts.routes.now(order);
    if (!route || !mayRead(this.principal, route))
      throw new AppError('transport_order_not_found', `There is no transport order "${order}".`);
    this.remove(order);
    const subscription = new Subscription(route, this.buffer, (delivery) => this.maySee(delivery));
    this.followed.set(order, subscription);
    try {
      await subscription.start(this.parts, lastEventId, ref);
    } catch (error) {
      this.remove(order);
      throw error;
    }
    // the socket may have left it, or have ended, meanwhile
    if (this.followed.get(order) !== subscription) this.parts.feeds.unfollow(order, subscription);
  }

  /** @throws AppError `subscription_limit_reached` when so many more would be too many; then none is followed */
  assertRoom(orders: readonly string[]): void {
    const { limit } = this.parts;
    if (new Set([...this.followed.keys(), ...orders]).size <= limit) return;
    throw new AppError(
      'subscription_limit_reached',
      `One socket follows at most ${limit} orders, this one follows ${this.followed.size}.`,
    );
  }

  remove(order: string): void {
    const subscription = this.followed.get(order);
    if (!subscription) return;
    this.followed.delete(order);
    this.buffer.forget(order);
    this.parts.feeds.unfollow(order, subscription);
  }

  clear(): void {
    for (const order of [...this.followed.keys()]) this.remove(order);
  }

  /** Goes on with what the caller may do now. */
  rePermit(principal: Principal): void {
    this.principal = principal;
    for (const { route } of [...this.followed.values()]) if (!mayRead(principal, route)) this.end(route.id);
  }

  /** After a step the order may be another carrier's. */
  private maySee({ order, clientId, carrierId }: Delivery): boolean {
    if (mayRead(this.principal, { clientId, carrierId })) return true;
    this.end(order);
    return false;
  }

  private end(order: string): void {
    this.remove(order);
    this.buffer.answer(serverMessage('unsubscribed', { order, reason: 'transport_order_not_found' }));
  }
}

/** One order that a socket follows. */
class Subscription implements Follower {
  /** The last event the client has. */
  private sent = Infinity;
  /** What came while the state was read. */
  private early: Delivery[] = [];

  constructor(
    public route: Pick<TransportRoute, 'id' | 'clientId' | 'carrierId' | 'status'>,
    private readonly buffer: SendBuffer,
    private readonly maySee: (delivery: Delivery) => boolean,
  ) {}

  async start(
    { feeds, events }: SubscriptionParts,
    lastEventId: number | undefined,
    ref: string | undefined,
  ): Promise<void> {
    const { id: order, clientId, status } = this.route;
    const latest = await feeds.follow({ order, clientId }, this);
    const head = latest?.id ?? 0;
    const missed = await this.missed(events, lastEventId, head);
    const state = latest ?? { status, carrierId: null, position: null, progress: null };
    const resumed = missed !== undefined;
    this.buffer.answer(
      serverMessage('subscribed', { ref, order, resumed, lastEventId: head, ...stateView(state) }),
    );
    for (const event of missed ?? []) this.buffer.event(deliveryOf(event));
    this.sent = head;
    for (const delivery of this.early.splice(0)) this.deliver(delivery);
  }

  deliver(delivery: Delivery): void {
    if (this.sent === Infinity) {
      this.early.push(delivery);
      return;
    }
    if (delivery.id <= this.sent) return;
    this.sent = delivery.id;
    if (delivery.kind === 'status') {
      this.route = { ...this.route, carrierId: delivery.carrierId };
      if (!this.maySee(delivery)) return;
    }
    this.buffer.event(delivery);
  }

  /** Every event since, or undefined when one of them is gone. */
  private async missed(
    events: TrackingEventsRepository,
    lastEventId: number | undefined,
    head: number,
  ): Promise<TrackingEvent[] | undefined> {
    if (lastEventId === undefined || lastEventId > head || head - lastEventId > MOST_RESUMED)
      return undefined;
    if (lastEventId === head) return [];
    const { id: order, clientId } = this.route;
    const found = await events.after({ order, clientId }, lastEventId, head - lastEventId);
    const whole = found.every(({ id }, at) => id === lastEventId + 1 + at);
    return whole && found.length === head - lastEventId ? found : undefined;
  }
}
