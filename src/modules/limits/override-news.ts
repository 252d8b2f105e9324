import { Redis } from 'ioredis';
import type { Config } from '../../config/config.js';

/** Tells the other instances over Redis that an override has changed. Best effort: the poll finds what is lost here. */
export class OverrideNews {
  private readonly subscriber: Redis;
  private readonly publisher: Redis;
  private readonly channel: string;

  constructor({ limits, queue }: Config, onNews: () => void) {
    this.channel = `${queue.prefix}:limits:overrides`;
    const connect = () =>
      new Redis(limits.redisUrl, {
        lazyConnect: true,
        maxRetriesPerRequest: 0,
        connectTimeout: 1_000,
        retryStrategy: (tries) => Math.min(50 * 2 ** tries, 1_000),
      }).on('error', () => undefined); // the limiter's connection tells of a lost Redis
    this.subscriber = connect();
    this.publisher = connect();
    this.subscriber.on('message', onNews);
    this.subscriber.on('ready', onNews); // whatever was told while the connection was away
  }

  subscribe(): void {
    // ioredis subscribes again by itself when a connection comes back
    this.subscriber.subscribe(this.channel).catch(() => undefined);
  }

  publish(): void {
    this.publisher.publish(this.channel, '').catch(() => undefined);
  }

  close(): void {
    this.subscriber.disconnect();
    this.publisher.disconnect();
  }
}
