import fc from 'fast-check';
import { priceOf, type Price, type Shipment } from './price.js';
import { gridAt, type PricingGrid, type Rate } from './pricing-grid.js';
import { endsOf } from './series.js';

const shipment = (more: Partial<Shipment> = {}): Shipment => ({
  fromZone: 'A',
  toZone: 'B',
  weightGrams: 10_000,
  volumeMillilitres: 0,
  pallets: 0,
  distanceMetres: 0,
  adr: false,
  extraStops: 0,
  ...more,
});
const rate = (more: Partial<Rate> = {}): Rate => ({
  fromZone: '*',
  toZone: '*',
  combine: 'sum',
  charges: [
    {
      basis: 'weight',
      brackets: [
        { upTo: 10_000, flat: 500, perUnit: '0' },
        { upTo: 100_000, flat: 0, perUnit: '45.5' },
      ],
    },
  ],
  minimum: 0,
  transitHours: null,
  ...more,
});
const grid = (more: Partial<PricingGrid> = {}): PricingGrid => ({
  id: 'g',
  carrierId: 'c',
  version: 1,
  transportType: 'ltl',
  currency: 'EUR',
  distancePercent: 100,
  rates: [rate()],
  surcharges: [],
  validFrom: new Date('2026-01-01T00:00:00Z'),
  validUntil: null,
  withdrawnAt: null,
  createdAt: new Date(),
  ...more,
});
const total = (price: ReturnType<typeof priceOf>) => (typeof price === 'string' ? price : price.total);
const codes = (price: ReturnType<typeof priceOf>) =>
  (price as Price).lines.map(({ code, amount }) => [code, amount]);

describe('priceOf', () => {
  it.each([
    [1, 500],
    [9_999, 500],
    [10_000, 500], // the end of a bracket is in it
    [10_001, 455], // 10.001 kg × 45.5 = 455.0455
    [11_000, 501], // 500.5, half up
    [100_000, 4_550],
    [100_001, 'beyond_brackets'],
  ])('%i g cost %s', (weightGrams, expected) => {
    expect(total(priceOf(grid(), shipment({ weightGrams })))).toBe(expected);
  });

  it('takes the most specific rate', () => {
    const flat = (fromZone: string, toZone: string, amount: number) =>
      rate({
        fromZone,
        toZone,
        charges: [{ basis: 'weight', brackets: [{ upTo: null, flat: amount, perUnit: '0' }] }],
      });
    const rates = [flat('*', '*', 1), flat('*', 'B', 2), flat('A', '*', 3), flat('A', 'B', 4)];
    const price = (from: Rate[], fromZone: string, toZone: string) =>
      total(priceOf(grid({ rates: from }), shipment({ fromZone, toZone })));
    expect(price(rates, 'A', 'B')).toBe(4);
    expect(price(rates, 'A', 'C')).toBe(3);
    expect(price(rates, 'C', 'B')).toBe(2);
    expect(price(rates, 'C', 'D')).toBe(1);
    expect(price([flat('A', 'B', 4)], 'B', 'A')).toBe('no_rate');
  });

  it('adds charges up, or counts the greatest', () => {
    const charges = [
      { basis: 'weight' as const, brackets: [{ upTo: null, flat: 0, perUnit: '10' }] },
      { basis: 'volume' as const, brackets: [{ upTo: null, flat: 0, perUnit: '400' }] },
      { basis: 'distance' as const, brackets: [{ upTo: null, flat: 0, perUnit: '0.5' }] },
      { basis: 'pallets' as const, brackets: [{ upTo: null, flat: 7, perUnit: '1.25' }] },
    ];
    const goods = shipment({ volumeMillilitres: 2_500_000, distanceMetres: 100_000, pallets: 2 });
    const price = (combine: 'sum' | 'max') =>
      codes(priceOf(grid({ distancePercent: 130, rates: [rate({ combine, charges })] }), goods));
    expect(price('sum')).toEqual([
      ['weight', 100],
      ['volume', 1_000],
      ['distance', 65],
      ['pallets', 10],
    ]);
    expect(price('max')).toEqual([['volume', 1_000]]);
  });

  it('lifts the freight to its minimum, and takes shares of that', () => {
    const surcharges = [
      { code: 'fuel', label: 'Fuel', when: 'always', percent: '12.5', amount: null },
      { code: 'adr', label: 'ADR', when: 'adr', percent: null, amount: 2_000 },
      { code: 'stop', label: 'Stop', when: 'extra_stop', percent: null, amount: 1_500 },
    ] as const;
    const priced = grid({ rates: [rate({ minimum: 900 })], surcharges: [...surcharges] });
    expect(codes(priceOf(priced, shipment()))).toEqual([
      ['weight', 500],
      ['minimum', 400],
      ['fuel', 113],
    ]);
    expect(codes(priceOf(priced, shipment({ adr: true, extraStops: 2 })))).toEqual([
      ['weight', 500],
      ['minimum', 400],
      ['fuel', 113],
      ['adr', 2_000],
      ['stop', 3_000],
    ]);
    expect(codes(priceOf(grid({ rates: [rate({ minimum: 500 })] }), shipment()))).toEqual([['weight', 500]]);
  });

  it('is the sum of its lines, all integers', () => {
    const surcharges = [
      { code: 'fuel', label: 'Fuel', when: 'always' as const, percent: '7.35', amount: null },
    ];
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 100_000 }),
        fc.integer({ min: 0, max: 5_000 }),
        (weightGrams, minimum) => {
          const price = priceOf(
            grid({ rates: [rate({ minimum })], surcharges }),
            shipment({ weightGrams }),
          ) as Price;
          expect(price.lines.every(({ amount }) => Number.isSafeInteger(amount) && amount >= 0)).toBe(true);
          expect(price.total).toBe(price.lines.reduce((sum, { amount }) => sum + amount, 0));
          expect(price.total).toBeGreaterThanOrEqual(minimum);
        },
      ),
    );
  });
});

describe('versions of a grid', () => {
  const day = (n: number) => new Date(Date.UTC(2026, 0, n));
  const version = (n: number, from: number, until: number | null, withdrawn = false): PricingGrid =>
    grid({
      id: String(n),
      version: n,
      validFrom: day(from),
      validUntil: until === null ? null : day(until),
      withdrawnAt: withdrawn ? day(1) : null,
    });

  it('the newest valid one counts, from its first moment to before its last', () => {
    const grids = [version(1, 1, null), version(2, 10, 20)];
    const at = (time: number) => gridAt(grids, new Date(time))?.version;
    expect(at(day(1).getTime() - 1)).toBeUndefined();
    expect(at(day(1).getTime())).toBe(1);
    expect(at(day(10).getTime() - 1)).toBe(1);
    expect(at(day(10).getTime())).toBe(2);
    expect(at(day(20).getTime() - 1)).toBe(2);
    expect(at(day(20).getTime())).toBe(1);
  });

  it('what has ended by `endsOf` never counts after', () => {
    const arbitrary = fc.array(
      fc.record({
        from: fc.integer({ min: 1, max: 30 }),
        length: fc.option(fc.integer({ min: 1, max: 15 })),
        withdrawn: fc.boolean(),
      }),
      { minLength: 1, maxLength: 6 },
    );
    fc.assert(
      fc.property(arbitrary, fc.integer({ min: 1, max: 50 }), (specs, at) => {
        const grids = specs.map(({ from, length, withdrawn }, n) =>
          version(n + 1, from, length === null ? null : from + length, withdrawn),
        );
        const ends = endsOf(grids);
        const alive = grids.filter(({ id }) => ends.get(id)! > day(at));
        expect(gridAt(alive, day(at))).toEqual(gridAt(grids, day(at)));
      }),
    );
  });
});
