import { allocate, proportion, sum, times, WHOLE_RATE } from '../../../kernel/allocation.js';

/** All amounts are minor units of the order's currency; rates are parts per million: 190 000 is 19 %. */
export interface PricedLineInput {
  unitPrice: number;
  quantity: number;
  taxable: boolean;
}

export const DISCOUNT_TYPES = ['fixed', 'percentage'] as const;
export type DiscountType = (typeof DISCOUNT_TYPES)[number];

export interface Discount {
  type: DiscountType;
  /** Minor units, or parts per million. */
  value: number;
  title: string;
  /** Position of the only line it is for; off all lines if null. */
  line: number | null;
}

export interface TaxRate {
  title: string;
  rate: number;
}

export interface Shipping {
  title: string;
  amount: number;
  taxable: boolean;
}

export interface TaxLine extends TaxRate {
  amount: number;
}

export interface PricedLine {
  /** Unit price × quantity. */
  subtotal: number;
  discount: number;
  taxes: TaxLine[];
  tax: number;
  /** What the customer pays for the line, tax included. */
  total: number;
}

export interface Totals {
  subtotal: number;
  discount: number;
  /** With its tax. */
  shipping: number;
  tax: number;
  total: number;
}

export interface PricedOrder {
  lines: PricedLine[];
  /** What each discount takes off, in their order. */
  discounts: number[];
  shipping: PricedLine;
  totals: Totals;
}

/**
 * Prices an order exactly. Discounts apply one after another to what the ones before left, and never below zero; one off
 * several lines is split by what is left of them, by largest remainder. Tax is computed by line and rounded half up.
 * @throws RangeError when an amount is too large to be kept exactly
 */
export function priceOrder(order: {
  lines: readonly PricedLineInput[];
  discounts: readonly Discount[];
  taxes: readonly TaxRate[];
  taxesIncluded: boolean;
  shipping: Shipping | null;
}): PricedOrder {
  const subtotals = order.lines.map(({ unitPrice, quantity }) => times(unitPrice, quantity));
  const left = [...subtotals];
  const discounts = order.discounts.map((discount) => takeOff(left, discount));
  const taxed = (net: number, subtotal: number, taxable: boolean): PricedLine => {
    const taxes = taxable ? taxesOf(net, order.taxes, order.taxesIncluded) : [];
    const tax = sum(taxes.map(({ amount }) => amount));
    const total = order.taxesIncluded ? net : sum([net, tax]);
    return { subtotal, discount: subtotal - net, taxes, tax, total };
  };
  const lines = order.lines.map(({ taxable }, at) => taxed(left[at] ?? 0, subtotals[at] ?? 0, taxable));
  const { amount, taxable } = order.shipping ?? { amount: 0, taxable: false };
  const shipping = taxed(amount, amount, taxable);
  return {
    lines,
    discounts,
    shipping,
    totals: {
      subtotal: sum(subtotals),
      discount: sum(discounts),
      shipping: shipping.total,
      tax: sum([...lines, shipping].map(({ tax }) => tax)),
      total: sum([...lines, shipping].map(({ total }) => total)),
    },
  };
}

/** Takes a discount off what is left of the lines; gives how much that was. */
function takeOff(left: number[], { type, value, line }: Discount): number {
  const places = line === null ? [...left.keys()] : [line];
  const base = sum(places.map((at) => left[at] ?? 0));
  const amount = Math.min(base, type === 'fixed' ? value : proportion(base, value, WHOLE_RATE));
  const parts = allocate(
    amount,
    places.map((at) => left[at] ?? 0),
  );
  places.forEach((at, n) => (left[at] = (left[at] ?? 0) - (parts[n] ?? 0)));
  return amount;
}

/** On top of an amount each tax is rounded alone; inside of it they share what is not the net, by their rates. */
function taxesOf(amount: number, rates: readonly TaxRate[], included: boolean): TaxLine[] {
  if (!included) return rates.map((tax) => ({ ...tax, amount: proportion(amount, tax.rate, WHOLE_RATE) }));
  const all = sum(rates.map(({ rate }) => rate));
  const net = proportion(amount, WHOLE_RATE, WHOLE_RATE + all);
  const parts = allocate(
    amount - net,
    rates.map(({ rate }) => rate),
  );
  return rates.map((tax, at) => ({ ...tax, amount: parts[at] ?? 0 }));
}
