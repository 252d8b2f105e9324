import type { Sale } from '../orders/index.js';

/** How finely a day is kept: every time zone in use since 1972 is off UTC by a multiple of it, so that each one's days are whole slots. */
const SLOT_MINUTES = 15;
const SLOT_MS = SLOT_MINUTES * 60_000;
const DAY_MS = 24 * 3600 * 1000;

/** Of all orders. Amounts are minor units; `revenue` is what was paid, `refunded` what was given back since. */
export interface OrderFigures {
  orders: number;
  revenue: number;
  refunds: number;
  refunded: number;
}

/** Of one product, pieces and minor units. */
export interface ProductFigures {
  sold: number;
  revenue: number;
  takenBack: number;
  refunded: number;
}

/** The slot of its UTC day a moment falls in, from 0. */
export function slotOf(at: Date): number {
  return Math.floor((at.getTime() % DAY_MS) / SLOT_MS);
}

/** When a slot of a UTC day (YYYY-MM-DD) begins, in epoch milliseconds. */
export function startOfSlot(day: string, slot: number): number {
  return Date.parse(day) + slot * SLOT_MS;
}

export function utcDayOf(epochMs: number): string {
  return new Date(epochMs).toISOString().slice(0, 10);
}

/** Figures by slot. */
export type Slots<Figures> = Record<string, Figures>;

/** What a UTC day brought in one currency; of one product, where `productId` says which. */
export interface SalesDay<Figures> {
  currency: string;
  day: string;
  productId?: string;
  slots: Slots<Figures>;
}

/** Adds sales up, by currency, UTC day and slot. */
export class SalesTally {
  private readonly byDay = new Map<string, SalesDay<OrderFigures>>();
  private readonly byProduct = new Map<string, SalesDay<ProductFigures>>();

  add(currency: string, { kind, at, day, amount, lines }: Sale): void {
    const slot = slotOf(at);
    const figures = this.figuresOf(currency, day, slot);
    figures[kind === 'payment' ? 'orders' : 'refunds']++;
    figures[kind === 'payment' ? 'revenue' : 'refunded'] += amount;
    for (const line of lines) {
      const product = this.productFiguresOf(currency, day, line.productId, slot);
      product[kind === 'payment' ? 'sold' : 'takenBack'] += line.quantity;
      product[kind === 'payment' ? 'revenue' : 'refunded'] += line.amount;
    }
  }

  get days(): SalesDay<OrderFigures>[] {
    return [...this.byDay.values()];
  }

  get products(): SalesDay<ProductFigures>[] {
    return [...this.byProduct.values()];
  }

  private figuresOf(currency: string, day: string, slot: number): OrderFigures {
    const key = `${currency} ${day}`;
    const found = this.byDay.get(key) ?? { currency, day, slots: {} };
    this.byDay.set(key, found);
    return figuresAt(found.slots, slot, { orders: 0, revenue: 0, refunds: 0, refunded: 0 });
  }

  private productFiguresOf(currency: string, day: string, productId: string, slot: number): ProductFigures {
    const key = `${currency} ${day} ${productId}`;
    const found = this.byProduct.get(key) ?? { currency, day, productId, slots: {} };
    this.byProduct.set(key, found);
    return figuresAt(found.slots, slot, { sold: 0, revenue: 0, takenBack: 0, refunded: 0 });
  }
}

function figuresAt<Figures>(slots: Slots<Figures>, slot: number, nothing: Figures): Figures {
  const found = slots[slot] ?? nothing;
  slots[slot] = found;
  return found;
}
