import { AppError, invalidField } from '../../kernel/errors.js';
import { isCountry, looksSwapped } from '../../platform/geo/country.js';
import type { Stop, TransportTerms } from './transport-order.js';

/**
 * Whether the stops of an order make sense, each and one after another.
 * @throws AppError `validation_failed` naming the field
 */
export function assertTerms({ pickup, via, delivery }: TransportTerms): void {
  const stops: [field: string, stop: Stop][] = [
    ['pickup', pickup],
    ...via.map((stop, at): [string, Stop] => [`via.${at}`, stop]),
    ['delivery', delivery],
  ];
  let earliest = pickup.windowFrom;
  for (const [field, stop] of stops) {
    assertStop(field, stop);
    if (stop.windowTo < earliest)
      throw invalid(`${field}.windowTo`, 'is over before the stop before it can be served');
    if (stop.windowFrom > earliest) earliest = stop.windowFrom;
  }
}

function assertStop(field: string, { country, point, windowFrom, windowTo }: Stop): void {
  if (!isCountry(country)) throw invalid(`${field}.country`, `"${country}" is no country of ISO 3166-1`);
  if (looksSwapped(point.coordinates, country))
    throw invalid(
      `${field}.point`,
      `lies in ${country} with longitude and latitude swapped: longitude comes first`,
    );
  if (windowTo <= windowFrom) throw invalid(`${field}.windowTo`, 'is not after windowFrom');
}

function invalid(field: string, message: string): AppError {
  return invalidField(field, 'inconsistent', message);
}
