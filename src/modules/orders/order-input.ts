import { Types } from 'mongoose';
import { sum, WHOLE_RATE } from '../../kernel/allocation.js';
import { invalidField } from '../../kernel/errors.js';
import type { CatalogueVariant } from '../products/index.js';
import type { AppliedDiscount, Order, OrderLine, OrderShipping, PostalAddress } from './order.js';
import { priceOrder, type DiscountType, type TaxRate } from './pricing/price-order.js';

export interface LineInput {
  variantId: string;
  quantity: number;
  /** The catalogue's price if absent; needed in another currency than the shop's. */
  unitPrice?: number;
  /** Where to take the pieces from. */
  locationId?: string;
}

/** What a caller writes of an order; amounts are minor units of its currency. */
export interface OrderInput {
  customerId?: string | null;
  currency?: string;
  lines?: LineInput[];
  discounts?: { type: DiscountType; value: number; title?: string; line?: number }[];
  taxes?: TaxRate[];
  taxesIncluded?: boolean;
  shipping?: { title?: string; amount: number; taxable?: boolean } | null;
  shippingAddress?: PostalAddress | null;
  billingAddress?: PostalAddress | null;
  note?: string;
  tags?: string[];
}

/** What of an order follows from its lines and what is on or off them. */
export type OrderContent = Pick<
  Order,
  'currency' | 'lines' | 'discounts' | 'taxes' | 'taxesIncluded' | 'shipping' | 'totals'
>;

/**
 * Prices the lines with what the catalogue says now.
 * @throws AppError `validation_failed` naming each bad line; an amount too large to be exact is one
 */
export function orderContent(
  input: OrderInput & { lines: LineInput[] },
  currency: string,
  catalogue: ReadonlyMap<string, CatalogueVariant>,
): OrderContent {
  const { lines, taxes = [], taxesIncluded = false } = input;
  const found = lines.map((line, at) => lineOf(line, at, currency, catalogue));
  const discounts = (input.discounts ?? []).map(({ type, value, title = '', line }, at) => {
    if (type === 'percentage' && value > WHOLE_RATE)
      throw invalidField(`discounts.${at}.value`, 'percentage', `is more than the whole (${WHOLE_RATE})`);
    if (line !== undefined && line >= lines.length)
      throw invalidField(`discounts.${at}.line`, 'unknown_line', 'is the position of no line');
    return { type, value, title, line: line ?? null };
  });
  const shipping = input.shipping && {
    title: input.shipping.title ?? '',
    amount: input.shipping.amount,
    taxable: input.shipping.taxable ?? true,
  };
  const priced = exact(() =>
    priceOrder({ lines: found, discounts, taxes, taxesIncluded, shipping: shipping ?? null }),
  );
  return {
    currency,
    lines: found.map((line, at) => ({ ...line, ...priced.lines[at] }) as OrderLine),
    discounts: discounts.map((discount, at): AppliedDiscount => ({
      ...discount,
      amount: priced.discounts[at] ?? 0,
    })),
    taxes,
    taxesIncluded,
    shipping: shipping
      ? ({ ...shipping, ...priced.shipping, refundedAmount: 0 } satisfies OrderShipping)
      : null,
    totals: { ...priced.totals, refunded: 0 },
  };
}

function lineOf(
  { variantId, quantity, unitPrice, locationId }: LineInput,
  at: number,
  currency: string,
  catalogue: ReadonlyMap<string, CatalogueVariant>,
) {
  const variant = catalogue.get(variantId);
  if (!variant)
    throw invalidField(`lines.${at}.variantId`, 'variant_not_found', 'is no variant of this shop');
  if (variant.status !== 'active')
    throw invalidField(`lines.${at}.variantId`, 'not_for_sale', `"${variant.title}" is ${variant.status}`);
  if (unitPrice === undefined && currency !== variant.currency) {
    const message = `is needed, as the catalogue's prices are in ${variant.currency}`;
    throw invalidField(`lines.${at}.unitPrice`, 'required', message);
  }
  const { productId, title, optionValues, sku, taxable, requiresShipping, grams } = variant;
  return {
    id: new Types.ObjectId().toHexString(),
    ...{ productId, variantId, title, optionValues, sku },
    unitPrice: unitPrice ?? variant.price,
    ...{ quantity, taxable, requiresShipping, grams },
    ...{ refundedQuantity: 0, refundedAmount: 0, returnedQuantity: 0 },
    deviceIds: [] as string[],
    ...(locationId === undefined ? {} : { locationId }),
  };
}

/** What is left to be refunded of an order. */
export function refundable({ payments, totals }: Pick<Order, 'payments' | 'totals'>): number {
  return sum(payments.map(({ amount }) => amount)) - totals.refunded;
}

function exact<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof RangeError)
      throw invalidField('lines', 'amount_too_large', 'the total is too large');
    throw error;
  }
}
