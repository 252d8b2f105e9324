import fc from 'fast-check';
import { timesDecimal } from './decimal.js';

describe('timesDecimal', () => {
  it.each([
    ['0.125', 1_250, 1_000, 0],
    ['0.4', 1_250, 1_000, 1], // a half is rounded up
    ['0.399999', 1_250, 1_000, 0],
    ['12.5', 333, 100, 42], // 41.625 per cent
    ['0', 5, 1, 0],
    ['999999999', 1_000_000, 1, 999_999_999_000_000],
  ])('%s × %i / %i = %i', (factor, quantity, divisor, expected) => {
    expect(timesDecimal(factor, quantity, divisor)).toBe(expected);
  });

  it('is what a binary fraction gets wrong', () => {
    expect(Math.round(1.005 * 100)).toBe(100);
    expect(timesDecimal('1.005', 100, 1)).toBe(101);
  });

  it('splits exactly: the parts of a whole quantity differ from the whole by their roundings only', () => {
    const micros = fc.integer({ min: 0, max: 999_999_999 });
    const quantity = fc.integer({ min: 0, max: 1_000_000_000 });
    fc.assert(
      fc.property(micros, quantity, (rate, grams) => {
        const text = `${Math.floor(rate / 1e6)}.${String(rate % 1e6).padStart(6, '0')}`;
        const exact = (BigInt(rate) * BigInt(grams)) / 1_000_000_000n;
        const result = BigInt(timesDecimal(text, grams, 1_000));
        expect(result - exact === 0n || result - exact === 1n).toBe(true);
      }),
    );
  });

  it.each([['-1'], ['1e3'], ['1.1234567'], [''], ['1,5']])('refuses the text "%s"', (text) => {
    expect(() => timesDecimal(text, 1, 1)).toThrow(RangeError);
  });
  it.each([[-1], [0.5], [Number.NaN], [2 ** 53]])('refuses the quantity %d', (quantity) => {
    expect(() => timesDecimal('1', quantity, 1)).toThrow(RangeError);
  });
});
