import type { TransportType } from '../carriers/index.js';

/** What a price is by: grams per kg, millilitres per m³, metres per km, pallets each. */
export const BASES = ['weight', 'volume', 'distance', 'pallets'] as const;
export type Basis = (typeof BASES)[number];

/** How many of a shipment's integer units make one unit of a rate. */
export const UNITS_PER_RATE: Readonly<Record<Basis, number>> = {
  weight: 1_000,
  volume: 1_000_000,
  distance: 1_000,
  pallets: 1,
};

/** The price of a quantity within `upTo`: `flat`, and `perUnit` for each kg, m³, km or pallet. */
export interface Bracket {
  /** Inclusive, in grams, millilitres, metres or pallets; null for no end. */
  upTo: number | null;
  /** Minor units. */
  flat: number;
  /** Minor units as decimal text, e.g. `12.5`. */
  perUnit: string;
}

export interface Charge {
  basis: Basis;
  /** Ascending. */
  brackets: Bracket[];
}

/** Any zone. */
export const ANY_ZONE = '*';

/** The freight from one zone to another. */
export interface Rate {
  fromZone: string;
  toZone: string;
  /** Whether the charges are added up or the greatest one counts, as for volumetric weight. */
  combine: 'sum' | 'max';
  charges: Charge[];
  /** Least freight in minor units. */
  minimum: number;
  /** Hours from pickup to delivery, where the carrier promises any. */
  transitHours: number | null;
}

export const SURCHARGE_CONDITIONS = ['always', 'adr', 'extra_stop'] as const;

/** On top of the freight: a share of it, or an amount; for each stop between pickup and delivery by `extra_stop`. */
export interface Surcharge {
  /** Stable name, e.g. `fuel`. */
  code: string;
  label: string;
  when: (typeof SURCHARGE_CONDITIONS)[number];
  /** Decimal text; null for an amount. */
  percent: string | null;
  /** Minor units; null for a share. */
  amount: number | null;
}

/** What a grid's prices are made of. */
export interface GridTerms {
  transportType: TransportType;
  /** ISO 4217. */
  currency: string;
  /** How much longer than the great circle the way is taken to be: 130 is 30 % longer. */
  distancePercent: number;
  rates: Rate[];
  surcharges: Surcharge[];
  validFrom: Date;
  /** Exclusive; null for no end. */
  validUntil: Date | null;
}

/**
 * A carrier's prices for one transport type in one currency. A grid is never changed: a change is a new version, and at
 * any moment the newest version that is valid counts.
 */
export interface PricingGrid extends GridTerms {
  id: string;
  carrierId: string;
  version: number;
  withdrawnAt: Date | null;
  createdAt: Date;
}

/** The grid that counts at a moment, or undefined. Grids of one carrier, type and currency; dates may be text. */
export function gridAt(grids: readonly PricingGrid[], at: Date): PricingGrid | undefined {
  return [...grids]
    .sort((a, b) => b.version - a.version)
    .find(
      ({ validFrom, validUntil, withdrawnAt }) =>
        !withdrawnAt && new Date(validFrom) <= at && (!validUntil || at < new Date(validUntil)),
    );
}
