import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { Logger } from 'pino';
import { LOGGER } from '../../../platform/observability/observability.module.js';
import { TransportOrdersService } from '../../transport-orders/index.js';
import type { TrackingEvent } from '../events/tracking-event.js';

const EVERY_MS = 1_000;

/** Writes the last positions to their orders, for lists: those of a second in one command, of each order the latest. */
@Injectable()
export class Whereabouts implements OnModuleDestroy {
  private readonly waiting = new Map<string, TrackingEvent>();
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> = Promise.resolve();

  constructor(
    private readonly orders: TransportOrdersService,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  note(event: TrackingEvent): void {
    this.waiting.set(event.order, event);
    this.timer ??= setTimeout(() => {
      this.writing = this.write();
    }, EVERY_MS).unref();
  }

  async onModuleDestroy(): Promise<void> {
    clearTimeout(this.timer);
    await this.writing;
    await this.write();
  }

  private async write(): Promise<void> {
    this.timer = undefined;
    const notes = [...this.waiting.values()].flatMap(({ order, clientId, position, progress }) => {
      const point = position && { type: 'Point' as const, coordinates: position.coordinates };
      return point
        ? [{ id: order, clientId, last: { at: position.at, point, eta: progress?.eta ?? null } }]
        : [];
    });
    this.waiting.clear();
    if (notes.length === 0) return;
    await this.orders.noteWhereabouts(notes).catch((err: unknown) => {
      this.logger.warn({ err }, 'Last positions could not be noted on their orders; the next ones will be');
    });
  }
}
