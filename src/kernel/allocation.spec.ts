import fc from 'fast-check';
import { allocate, amountOfFirst, proportion, sum, times } from './allocation.js';

describe('allocation', () => {
  it.each([
    [100, [1, 1, 1], [34, 33, 33]],
    [5, [3, 3, 1], [2, 2, 1]],
    [0, [5, 5], [0, 0]],
    [7, [0, 0], [4, 3]],
    [1, [1, 999], [0, 1]],
    [Number.MAX_SAFE_INTEGER, [1, 1], [4503599627370496, 4503599627370495]],
  ])('splits %p by %p into %p', (amount, weights, parts) => {
    expect(allocate(amount, weights)).toEqual(parts);
  });

  it('gives parts that add up, none a unit or more from its share', () => {
    const weights = fc.array(fc.nat(1_000_000), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(fc.maxSafeNat(), weights, (amount, by) => {
        const parts = allocate(amount, by);
        expect(sum(parts)).toBe(amount);
        const total = BigInt(sum(by)) || BigInt(by.length);
        parts.forEach((part, at) => {
          const weight = sum(by) === 0 ? 1n : BigInt(by[at]!);
          const apart = BigInt(part) * total - BigInt(amount) * weight;
          expect(apart < total && apart > -total).toBe(true);
        });
      }),
    );
  });

  it('refuses what is no whole amount', () => {
    expect(() => allocate(-1, [1])).toThrow(RangeError);
    expect(() => allocate(1.5, [1])).toThrow(RangeError);
    expect(() => allocate(1, [])).toThrow(RangeError);
    expect(() => allocate(1, [-1])).toThrow(RangeError);
    expect(() => times(Number.MAX_SAFE_INTEGER, 2)).toThrow(RangeError);
    expect(() => sum([Number.MAX_SAFE_INTEGER, 1])).toThrow(RangeError);
  });

  it.each([
    [1_050, 190_000, 200], // 199.5
    [1_000, 88_750, 89], // 88.75
    [1, 499_999, 0],
    [1, 500_000, 1],
    [9_007_199_254_740_991, 1_000_000, 9_007_199_254_740_991],
  ])('%p at %p parts per million is %p', (amount, rate, expected) => {
    expect(proportion(amount, rate, 1_000_000)).toBe(expected);
  });

  it('values pieces so that all of them give the whole', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.integer({ min: 1, max: 500 }), (amount, quantity) => {
        let before = 0;
        for (let count = 1; count <= quantity; count++) {
          const now = amountOfFirst(amount, count, quantity);
          expect(now).toBeGreaterThanOrEqual(before);
          before = now;
        }
        expect(before).toBe(amount);
      }),
    );
  });
});
