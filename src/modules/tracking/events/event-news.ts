import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { Logger } from 'pino';
import type { Config } from '../../../config/config.js';
import { CONFIG } from '../../../config/config.module.js';
import { LOGGER } from '../../../platform/observability/observability.module.js';
import { OrderRoutes } from '../positions/order-routes.js';
import { Broadcast } from './broadcast.js';
import { deliveryOf, type Delivery } from './delivery.js';
import { Feeds } from './feeds.js';
import type { TrackingEvent } from './tracking-event.js';

/** Tells of events that are stored: the sockets here, and the other instances. */
@Injectable()
export class EventNews implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly broadcast: Broadcast;

  constructor(
    private readonly feeds: Feeds,
    private readonly routes: OrderRoutes,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) logger: Logger,
  ) {
    this.broadcast = new Broadcast(config.queue.url, config.queue.prefix, logger, {
      delivered: (delivery) => {
        this.arrive(delivery);
      },
      gap: () => void this.feeds.sweep().catch(() => undefined), // the sweep by the clock tells
    });
    feeds.hearThrough(this.broadcast);
  }

  get degraded(): boolean {
    return this.broadcast.degraded;
  }

  onApplicationBootstrap(): void {
    this.broadcast.connect(this.config.runs.sockets);
  }

  onApplicationShutdown(): void {
    this.broadcast.disconnect();
  }

  tell(event: TrackingEvent): void {
    const delivery = deliveryOf(event);
    this.broadcast.publish(delivery);
    this.arrive(delivery);
  }

  private arrive(delivery: Delivery): void {
    if (delivery.kind === 'status') this.routes.forget(delivery.order);
    this.feeds.arrive(delivery);
  }
}
