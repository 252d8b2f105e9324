import { Injectable } from '@nestjs/common';
import type { ClientSession } from 'mongoose';
import type { ShopDomain } from '../../kernel/shop-domain.js';
import { isDuplicateKey } from '../../platform/database/database-errors.js';
import { Transactions } from '../../platform/database/transactions.js';
import { SalesRepository } from '../orders/index.js';
import { SalesAggregatesRepository } from './sales-aggregates.repository.js';
import { SalesTally } from './sales-figures.js';

/** Orders in one transaction: few enough that another change of one of them costs little when it is run again. */
const AT_ONCE = 100;
/** Two that add the first sale of a day may meet at its unique key; one of them finds it on its next try. */
const TRIES = 3;

/** Brings sales into the aggregates: each once, since the transaction that adds it marks it. */
@Injectable()
export class SalesApplier {
  constructor(
    private readonly sales: SalesRepository,
    private readonly aggregates: SalesAggregatesRepository,
    private readonly transactions: Transactions,
  ) {}

  /** Adds what the orders have sold since they were last looked at; any order, any number of times. Returns how many sales. */
  async apply(shop: ShopDomain, orderIds: readonly string[]): Promise<number> {
    let applied = 0;
    for (let at = 0; at < orderIds.length; at += AT_ONCE) {
      const ids = orderIds.slice(at, at + AT_ONCE);
      applied += await this.tried((session) => this.applyWithin(shop, ids, session));
    }
    return applied;
  }

  /** Adds what was sold before `before` and that no event told of. Returns how many sales. */
  async applyPending(before: Date, signal?: AbortSignal): Promise<number> {
    let applied = 0;
    for (;;) {
      const pending = await this.sales.pending(before, AT_ONCE);
      let now = 0;
      for (const [shop, orders] of Map.groupBy(pending, (order) => order.shop)) {
        signal?.throwIfAborted();
        const ids = orders.map(({ _id }) => String(_id));
        now += await this.apply(shop, ids);
      }
      applied += now;
      if (pending.length < AT_ONCE || now === 0) return applied;
    }
  }

  private async applyWithin(
    shop: ShopDomain,
    ids: readonly string[],
    session: ClientSession,
  ): Promise<number> {
    const orders = await this.sales.unapplied(shop, ids, session);
    if (orders.length === 0) return 0;
    const tally = new SalesTally();
    let applied = 0;
    for (const { currency, sales } of orders) {
      for (const sale of sales) {
        if (sale.applied) continue;
        tally.add(currency, sale);
        applied++;
      }
    }
    await this.aggregates.add(shop, tally.days, tally.products, session);
    const marked = orders.map(({ _id }) => _id);
    await this.sales.markApplied(shop, marked, session);
    return applied;
  }

  private async tried<T>(work: (session: ClientSession) => Promise<T>): Promise<T> {
    for (let tried = 1; ; tried++) {
      try {
        return await this.transactions.run(work);
      } catch (error) {
        if (tried === TRIES || !isDuplicateKey(error)) throw error;
      }
    }
  }
}
