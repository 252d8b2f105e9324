import { timesDecimal } from '../../kernel/decimal.js';
import {
  ANY_ZONE,
  UNITS_PER_RATE,
  type Basis,
  type Charge,
  type PricingGrid,
  type Rate,
  type Surcharge,
} from './pricing-grid.js';

/** What a price depends on; all integers ≥ 0. */
export interface Shipment {
  fromZone: string;
  toZone: string;
  weightGrams: number;
  volumeMillilitres: number;
  pallets: number;
  /** Great-circle metres along the stops. */
  distanceMetres: number;
  adr: boolean;
  /** Stops between pickup and delivery. */
  extraStops: number;
}

export interface PriceLine {
  /** `weight`, `volume`, `distance`, `pallets`, `minimum`, or a surcharge's code. */
  code: string;
  label: string;
  /** Minor units. */
  amount: number;
}

/** A price with all it is made of: `total` is the sum of the lines. */
export interface Price {
  currency: string;
  lines: PriceLine[];
  total: number;
  gridId: string;
  gridVersion: number;
  /** Metres the distance was charged for. */
  distanceMetres: number;
  transitHours: number | null;
}

/** Why a grid has no price for a shipment. */
export type NoPrice = 'no_rate' | 'beyond_brackets';

const LABELS: Record<Basis, string> = {
  weight: 'Freight by weight',
  volume: 'Freight by volume',
  distance: 'Freight by distance',
  pallets: 'Freight by pallets',
};

/** The price of a shipment by a grid. Every line is rounded to minor units by itself, halves up. */
export function priceOf(grid: PricingGrid, shipment: Shipment): Price | NoPrice {
  const rate = rateFor(grid.rates, shipment);
  if (!rate) return 'no_rate';
  const distanceMetres = timesDecimal(String(grid.distancePercent), shipment.distanceMetres, 100);
  const freight = freightOf(rate, { ...shipment, distanceMetres });
  if (!freight) return 'beyond_brackets';
  const base = sum(freight);
  const lines = [
    ...freight,
    ...grid.surcharges.flatMap((surcharge) => surchargeLine(surcharge, base, shipment)),
  ];
  return {
    currency: grid.currency,
    lines,
    total: sum(lines),
    gridId: grid.id,
    gridVersion: grid.version,
    distanceMetres,
    transitHours: rate.transitHours,
  };
}

/** The most specific rate: both zones named, then the first, then the second, then any. */
function rateFor(rates: readonly Rate[], { fromZone, toZone }: Shipment): Rate | undefined {
  const pairs = [
    [fromZone, toZone],
    [fromZone, ANY_ZONE],
    [ANY_ZONE, toZone],
    [ANY_ZONE, ANY_ZONE],
  ];
  for (const [from, to] of pairs) {
    const rate = rates.find((candidate) => candidate.fromZone === from && candidate.toZone === to);
    if (rate) return rate;
  }
  return undefined;
}

function freightOf({ charges, combine, minimum }: Rate, shipment: Shipment): PriceLine[] | undefined {
  const lines: PriceLine[] = [];
  for (const charge of charges) {
    const amount = chargeOf(charge, quantityOf(charge.basis, shipment));
    if (amount === undefined) return undefined;
    lines.push({ code: charge.basis, label: LABELS[charge.basis], amount });
  }
  const counted = combine === 'sum' ? lines : lines.sort((a, b) => b.amount - a.amount).slice(0, 1);
  const missing = minimum - sum(counted);
  return missing > 0
    ? [...counted, { code: 'minimum', label: 'Up to the minimum freight', amount: missing }]
    : counted;
}

/** Undefined beyond the last bracket. */
function chargeOf({ basis, brackets }: Charge, quantity: number): number | undefined {
  const bracket = brackets.find(({ upTo }) => upTo === null || quantity <= upTo);
  return bracket && bracket.flat + timesDecimal(bracket.perUnit, quantity, UNITS_PER_RATE[basis]);
}

function quantityOf(basis: Basis, shipment: Shipment): number {
  return {
    weight: shipment.weightGrams,
    volume: shipment.volumeMillilitres,
    distance: shipment.distanceMetres,
    pallets: shipment.pallets,
  }[basis];
}

function surchargeLine(
  { code, label, when, percent, amount }: Surcharge,
  freight: number,
  shipment: Shipment,
): PriceLine[] {
  const times = { always: 1, adr: shipment.adr ? 1 : 0, extra_stop: shipment.extraStops }[when];
  const one = percent === null ? (amount ?? 0) : timesDecimal(percent, freight, 100);
  return times > 0 ? [{ code, label, amount: one * times }] : [];
}

function sum(lines: readonly PriceLine[]): number {
  return lines.reduce((total, { amount }) => total + amount, 0);
}
