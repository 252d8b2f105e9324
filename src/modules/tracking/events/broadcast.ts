import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import type { Logger } from 'pino';
import { Breaker } from '../../../platform/resilience/breaker.js';
import type { Delivery } from './delivery.js';

/** Publishing must not hold up positions: the first call that is late opens the breaker. */
const BREAKER = { deadlineMs: 1_000, failures: 1, pauseMs: 500, longestPauseMs: 5_000 };
/** An instance listens to the channels of the orders its sockets follow, and never to more than these. */
const CHANNELS = 256;

/**
 * Tells the other instances of events over Valkey or Redis. Best effort: what is lost here stands in the database, where
 * `Feeds` finds it.
 */
export class Broadcast {
  private readonly instance = randomUUID();
  private readonly publisher: Redis;
  private readonly subscriber: Redis;
  private readonly breaker: Breaker;
  /** How many orders are followed on a channel. */
  private readonly interest = new Map<string, number>();

  constructor(
    url: string,
    private readonly prefix: string,
    logger: Logger,
    private readonly heard: {
      delivered: (delivery: Delivery) => void;
      /** Messages may have been missed. */
      gap: () => void;
    },
  ) {
    const connect = () =>
      new Redis(url, {
        lazyConnect: true,
        enableOfflineQueue: false,
        autoResubscribe: false, // it would not know what was asked for while it was away
        maxRetriesPerRequest: 0,
        connectTimeout: 1_000,
        retryStrategy: (tries) => Math.min(50 * 2 ** tries, 1_000),
      });
    this.publisher = connect();
    this.subscriber = connect();
    this.breaker = new Breaker(BREAKER, () => this.publisher.ping());
    this.breaker.trip('not connected yet');
    this.breaker.on('open', (err) => {
      logger.warn(
        { err },
        'The tracking Redis is lost: positions of other instances come by way of the database',
      );
    });
    this.breaker.on('close', () => {
      logger.info('The tracking Redis is back');
      this.heard.gap();
    });
    this.publisher.on('error', (error: Error) => {
      this.breaker.trip(error);
    });
    this.publisher.on('close', () => {
      this.breaker.trip(new Error('connection closed'));
    });
    this.publisher.on('ready', () => void this.breaker.retryNow());
    this.subscriber.on('error', () => undefined); // the publisher's listener tells
    this.subscriber.on('message', (_channel: string, message: string) => {
      this.receive(message);
    });
    this.subscriber.on('ready', () => void this.listenAgain());
  }

  /** Whether other instances hear of events only through the database. */
  get degraded(): boolean {
    return this.breaker.isOpen || this.subscriber.status !== 'ready';
  }

  /** Never waits. `listening` is for instances with sockets. */
  connect(listening: boolean): void {
    for (const connection of listening ? [this.publisher, this.subscriber] : [this.publisher])
      connection.connect().catch(() => undefined); // it goes on trying
  }

  disconnect(): void {
    this.breaker.stop();
    this.publisher.disconnect();
    this.subscriber.disconnect();
  }

  publish(delivery: Delivery): void {
    const message = JSON.stringify([this.instance, delivery]);
    this.breaker
      .run(() => this.publisher.publish(this.channelOf(delivery.order), message))
      .catch(() => undefined); // the breaker has taken note
  }

  /** From now on events of the order are heard; what is missed before the server knows is found in the database. */
  listen(order: string): void {
    const channel = this.channelOf(order);
    const orders = this.interest.get(channel) ?? 0;
    this.interest.set(channel, orders + 1);
    if (orders === 0) this.subscriber.subscribe(channel).catch(() => undefined);
  }

  unlisten(order: string): void {
    const channel = this.channelOf(order);
    const orders = (this.interest.get(channel) ?? 1) - 1;
    if (orders > 0) this.interest.set(channel, orders);
    else {
      this.interest.delete(channel);
      this.subscriber.unsubscribe(channel).catch(() => undefined);
    }
  }

  private async listenAgain(): Promise<void> {
    const channels = [...this.interest.keys()];
    if (channels.length > 0) await this.subscriber.subscribe(...channels).catch(() => undefined);
    this.heard.gap();
  }

  private receive(message: string): void {
    const [instance, delivery] = JSON.parse(message) as [string, Delivery];
    if (instance !== this.instance) this.heard.delivered(delivery); // its own it has delivered already
  }

  private channelOf(order: string): string {
    // an ObjectId ends with a counter
    return `${this.prefix}:tracking:${Number.parseInt(order.slice(-2), 16) % CHANNELS}`;
  }
}
