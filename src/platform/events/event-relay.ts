import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { mongo } from 'mongoose';
import type { Logger } from 'pino';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import { Leases } from '../database/lease.js';
import { Metrics } from '../observability/metrics.js';
import { LOGGER } from '../observability/observability.module.js';
import { EventDetour } from './deliver-event.js';
import { EventFeed } from './event-feed.js';
import { EventHandlers } from './event-handlers.js';
import { EventsRepository } from './events.repository.js';

const WATCH_AGAIN_MS = 5_000;

/** Takes events from the outbox to their handlers, on the workers: a feed a handler, woken by a change stream. */
@Injectable()
export class EventRelay implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly feeds: EventFeed[] = [];
  private readonly delays;
  private stream: mongo.ChangeStream | undefined;
  private again: NodeJS.Timeout | undefined;
  private stopped = false;

  constructor(
    private readonly handlers: EventHandlers,
    private readonly events: EventsRepository,
    private readonly detour: EventDetour,
    private readonly leases: Leases,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
    metrics: Metrics,
  ) {
    this.delays = metrics.histogram(
      'event_delay_seconds',
      'From a change to the end of what a handler did about it',
      ['handler'],
    );
  }

  onApplicationBootstrap(): void {
    if (!this.config.runs.jobs) return;
    const { events, detour, logger } = this;
    for (const handler of this.handlers.all()) {
      const { name } = handler;
      const lease = this.leases.of(`events:${name}`);
      const feed = new EventFeed(handler, {
        ...{ events, detour, lease, logger },
        delivered: (had) => {
          for (const { at } of had)
            this.delays.observe({ handler: name }, (Date.now() - at.getTime()) / 1000);
        },
      });
      feed.start();
      this.feeds.push(feed);
    }
    if (this.feeds.length > 0) this.watch();
  }

  async onModuleDestroy(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.again);
    await Promise.all([this.stream?.close(), ...this.feeds.map((feed) => feed.stop())]);
  }

  /** Without the stream the feeds look by the clock. */
  private watch(): void {
    const stream = (this.stream = this.events.watch());
    stream.on('change', () => {
      for (const feed of this.feeds) feed.wake();
    });
    stream.once('error', (err: Error) => {
      if (this.stopped) return;
      this.logger.warn({ err }, 'The change stream of events broke off; they are polled for');
      stream.close().catch(() => undefined);
      this.again = setTimeout(() => {
        this.watch();
      }, WATCH_AGAIN_MS).unref();
    });
  }
}
