import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Batcher } from '../../../platform/database/batcher.js';
import { TransportOrdersService, type TransportRoute } from '../../transport-orders/index.js';

const MOST = 20_000;
/** How long a position may still be taken after its order was given to another, told to another instance. */
const TRUSTED_MS = 5_000;

/** Whose an order is and where it goes, remembered for the next positions. */
@Injectable()
export class OrderRoutes {
  private readonly known = new LRUCache<string, TransportRoute>({ max: MOST, ttl: TRUSTED_MS });
  private readonly loads: Batcher<string, TransportRoute | undefined>;

  constructor(orders: TransportOrdersService) {
    this.loads = new Batcher(async (ids) => {
      const found = new Map((await orders.routes(ids)).map((route) => [route.id, route]));
      return ids.map((id) => found.get(id));
    });
  }

  /** As it was some seconds ago at most. */
  async recent(id: string): Promise<TransportRoute | undefined> {
    return this.known.get(id) ?? (await this.now(id));
  }

  /** As it is now. */
  async now(id: string): Promise<TransportRoute | undefined> {
    const route = await this.loads.ask(id);
    if (route) this.known.set(id, route);
    else this.known.delete(id);
    return route;
  }

  forget(id: string): void {
    this.known.delete(id);
  }
}
