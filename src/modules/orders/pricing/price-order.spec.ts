import fc from 'fast-check';
import { sum } from '../../../kernel/allocation.js';
import { DISCOUNT_TYPES, priceOrder, type Discount } from './price-order.js';

const VAT = [{ title: 'VAT', rate: 190_000 }];
const line = (unitPrice: number, quantity = 1, taxable = true) => ({ unitPrice, quantity, taxable });
const off = (type: Discount['type'], value: number, at: number | null = null): Discount => ({
  ...{ type, value, line: at },
  title: '',
});
const price = (more: Partial<Parameters<typeof priceOrder>[0]>) =>
  priceOrder({ lines: [], discounts: [], taxes: [], taxesIncluded: false, shipping: null, ...more });

describe('pricing an order', () => {
  it('adds tax by line, and to taxable shipping', () => {
    const shipping = { title: 'Post', amount: 490, taxable: true };
    const priced = price({ lines: [line(1_050, 3), line(99, 1, false)], taxes: VAT, shipping });
    expect(priced.lines.map(({ tax }) => tax)).toEqual([599, 0]); // 598.5 half up
    expect(priced.totals).toEqual({ subtotal: 3_249, discount: 0, shipping: 583, tax: 692, total: 4_431 });
  });

  it('finds the taxes inside of prices that include them', () => {
    const taxes = [
      { title: 'State', rate: 60_000 },
      { title: 'City', rate: 40_000 },
    ];
    const { lines, totals } = price({ lines: [line(1_100)], taxes, taxesIncluded: true });
    expect(lines[0]?.taxes.map(({ amount }) => amount)).toEqual([60, 40]);
    expect(totals).toMatchObject({ tax: 100, total: 1_100 });
  });

  it('splits a discount over lines by largest remainder, one after another', () => {
    const priced = price({
      lines: [line(333), line(333), line(334)],
      discounts: [off('fixed', 100), off('percentage', 100_000)],
    });
    expect(priced.discounts).toEqual([100, 90]);
    expect(priced.lines.map(({ discount }) => discount)).toEqual([63, 63, 64]);
    expect(priced.totals.total).toBe(810);
  });

  it('takes no more off than there is, and a line discount off its line alone', () => {
    const priced = price({ lines: [line(500), line(300)], discounts: [off('fixed', 900, 1)] });
    expect(priced.discounts).toEqual([300]);
    expect(priced.totals.total).toBe(500);
    expect(price({ lines: [line(500)], discounts: [off('fixed', 501)] }).totals.total).toBe(0);
  });

  it('always adds up', () => {
    const inputs = fc.record({
      lines: fc.array(
        fc.record({
          unitPrice: fc.nat(1_000_000_000),
          quantity: fc.integer({ min: 1, max: 10_000 }),
          taxable: fc.boolean(),
        }),
        { minLength: 1, maxLength: 12 },
      ),
      discounts: fc.array(
        fc.record({
          type: fc.constantFrom(...DISCOUNT_TYPES),
          value: fc.nat(1_000_000),
          title: fc.constant(''),
          line: fc.constantFrom(null, 0),
        }),
        { maxLength: 4 },
      ),
      taxes: fc.array(fc.record({ title: fc.constant(''), rate: fc.nat(400_000) }), { maxLength: 3 }),
      taxesIncluded: fc.boolean(),
      shipping: fc.option(
        fc.record({ title: fc.constant(''), amount: fc.nat(100_000), taxable: fc.boolean() }),
      ),
    });
    fc.assert(
      fc.property(inputs, (order) => {
        const { lines, shipping, discounts, totals } = priceOrder(order);
        expect(sum(lines.map(({ discount }) => discount))).toBe(sum(discounts));
        for (const part of [...lines, shipping]) {
          const added = order.taxesIncluded ? 0 : part.tax;
          expect(part.total).toBe(part.subtotal - part.discount + added);
          expect(part.tax).toBe(sum(part.taxes.map(({ amount }) => amount)));
          expect(part.total).toBeGreaterThanOrEqual(0);
        }
        expect(totals.total).toBe(sum(lines.map(({ total }) => total)) + totals.shipping);
      }),
    );
  });

  it('refuses what cannot be kept exactly', () => {
    expect(() => price({ lines: [line(Number.MAX_SAFE_INTEGER, 2)] })).toThrow(RangeError);
  });
});
