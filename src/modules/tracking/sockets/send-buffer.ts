import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { Delivery } from '../events/delivery.js';
import { textFrame } from './text-frame.js';

/** What may wait in the process for one reader before it is treated as slow. */
const SLOW_BYTES = 64 * 1024;
/** Steps of orders that wait for a slow reader; one that is so far behind starts over. */
const MOST_STEPS = 1_000;

/** Made for the first follower of an order, and written for all: most of what an event costs is writing it. */
const frames = new WeakMap<Delivery, Buffer>();

export interface SendCounts {
  sent: number;
  /** Positions that a later one of the same order made needless for a slow reader. */
  skipped: number;
}

/**
 * Sends to one socket within bounds: while its reader is slow, of each order the steps and the latest position wait,
 * and nothing else is kept.
 */
export class SendBuffer {
  private readonly waiting = new Map<string, Delivery[]>();
  private steps = 0;
  private slowSince: number | undefined;

  /** `wire` is what the socket writes to: an event's frame goes there as it is, between the socket's own. */
  constructor(
    private readonly socket: WebSocket,
    private readonly wire: Duplex,
    private readonly counts: SendCounts,
    private readonly overflow: () => void,
  ) {}

  /** For how long the reader has been slow, in milliseconds; 0 when it is not. */
  slowFor(now: number): number {
    return this.slowSince === undefined ? 0 : now - this.slowSince;
  }

  get bufferedBytes(): number {
    return this.socket.bufferedAmount;
  }

  get isFull(): boolean {
    return this.socket.bufferedAmount > SLOW_BYTES;
  }

  /** Sends an answer; who asks is not read from while its buffer is full. */
  answer(text: string): void {
    this.counts.sent++;
    this.socket.send(text, this.written);
  }

  /** Sends an event, or keeps it for a slow reader. */
  event(delivery: Delivery): void {
    if (this.waiting.size === 0 && !this.isFull) {
      this.write(delivery);
      return;
    }
    this.slowSince ??= performance.now();
    const queue = this.waiting.get(delivery.order) ?? [];
    const steps = queue.filter(({ kind }) => kind === 'status');
    if (steps.length < queue.length) this.counts.skipped++;
    if (delivery.kind === 'status') this.steps++;
    this.waiting.set(delivery.order, [...steps, delivery]);
    if (this.steps > MOST_STEPS) this.overflow();
  }

  /** Drops what waits of an order. */
  forget(order: string): void {
    const dropped = this.waiting.get(order) ?? [];
    this.steps -= dropped.filter(({ kind }) => kind === 'status').length;
    this.waiting.delete(order);
  }

  /** Nothing is compressed and nothing waits in the socket itself, so frames keep their order. */
  private write(delivery: Delivery): void {
    if (this.socket.readyState !== this.socket.OPEN) return; // after the closing frame nothing may follow
    this.counts.sent++;
    this.wire.write(frameOf(delivery), this.written);
  }

  private readonly written = (): void => {
    if (this.waiting.size > 0 && this.socket.bufferedAmount === 0) this.flush();
  };

  private flush(): void {
    for (const [order, queue] of this.waiting) {
      if (this.isFull) return; // the next write that ends goes on
      this.waiting.delete(order);
      for (const delivery of queue) {
        if (delivery.kind === 'status') this.steps--;
        this.write(delivery);
      }
    }
    this.slowSince = undefined;
  }
}

function frameOf(delivery: Delivery): Buffer {
  const known = frames.get(delivery);
  if (known) return known;
  const frame = textFrame(delivery.text);
  frames.set(delivery, frame);
  return frame;
}
