import { Injectable } from '@nestjs/common';
import type { ShopDomain } from '../../kernel/shop-domain.js';
import { isDuplicateKey } from '../../platform/database/database-errors.js';
import { OrdersRepository } from './orders.repository.js';

/**
 * Numbers without a gap: number n + 1 is only ever written when n is there, by the very write that places the order, and
 * the unique index lets one of two writers have it (ADR 0022). A counter that is counted up before would lose a number
 * with every crash in between.
 */
@Injectable()
export class OrderNumbers {
  /** The last write of each shop under way here: this process does not compete with itself. */
  private readonly queues = new Map<ShopDomain, Promise<unknown>>();

  constructor(private readonly repository: OrdersRepository) {}

  /** Runs `write` with the next free number, again with a later one when another instance took it meanwhile. */
  async next<T>(shop: ShopDomain, write: (number: number) => Promise<T>): Promise<T> {
    const before = this.queues.get(shop) ?? Promise.resolve();
    const turn = before.then(() => this.write(shop, write));
    const settled = turn.catch(() => undefined);
    this.queues.set(shop, settled);
    void settled.then(() => {
      if (this.queues.get(shop) === settled) this.queues.delete(shop);
    });
    return turn;
  }

  private async write<T>(shop: ShopDomain, write: (number: number) => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await write((await this.repository.lastNumber(shop)) + 1);
      } catch (error) {
        if (!isDuplicateKey(error, 'shop_number')) throw error;
      }
    }
  }
}
