import { assertCurrency } from '../../kernel/currency.js';
import { AppError, invalidField } from '../../kernel/errors.js';
import { ANY_ZONE, type Charge, type GridTerms, type Surcharge } from './pricing-grid.js';

/**
 * Whether the parts of a grid fit each other and the carrier's zones.
 * @throws AppError `validation_failed` naming the part
 */
export function assertConsistent(terms: GridTerms, zones: ReadonlySet<string>): void {
  assertCurrency(terms.currency);
  const { validFrom, validUntil, rates, surcharges } = terms;
  if (validUntil && validUntil <= validFrom) throw invalid('validUntil', 'is not after validFrom');
  const pairs = new Set<string>();
  rates.forEach(({ fromZone, toZone, charges }, at) => {
    for (const [field, zone] of [
      ['fromZone', fromZone],
      ['toZone', toZone],
    ] as const)
      if (zone !== ANY_ZONE && !zones.has(zone))
        throw invalid(`rates.${at}.${field}`, `"${zone}" is the zone of none of the carrier's service areas`);
    const pair = JSON.stringify([fromZone, toZone]);
    if (pairs.has(pair)) throw invalid(`rates.${at}`, `"${fromZone}" to "${toZone}" stands twice`);
    pairs.add(pair);
    assertCharges(charges, `rates.${at}.charges`);
  });
  surcharges.forEach((surcharge, at) => {
    assertSurcharge(surcharge, `surcharges.${at}`);
  });
  if (new Set(surcharges.map(({ code }) => code)).size < surcharges.length)
    throw invalid('surcharges', 'a code stands twice');
}

function assertCharges(charges: Charge[], field: string): void {
  if (charges.length === 0) throw invalid(field, 'is empty: a rate has at least one charge');
  if (new Set(charges.map(({ basis }) => basis)).size < charges.length)
    throw invalid(field, 'has two charges by the same basis');
  charges.forEach(({ brackets }, at) => {
    if (brackets.length === 0) throw invalid(`${field}.${at}.brackets`, 'is empty');
    brackets.forEach(({ upTo }, n) => {
      const before = brackets[n - 1];
      if (before && (before.upTo === null || (upTo !== null && upTo <= before.upTo)))
        throw invalid(`${field}.${at}.brackets.${n}.upTo`, 'is not above the bracket before it');
    });
  });
}

function assertSurcharge({ percent, amount }: Surcharge, field: string): void {
  if ((percent === null) === (amount === null))
    throw invalid(field, 'has a percent or an amount, one of the two');
}

function invalid(field: string, message: string): AppError {
  return invalidField(field, 'inconsistent', message);
}
