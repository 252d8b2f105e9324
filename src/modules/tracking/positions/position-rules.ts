import { invalidField } from '../../../kernel/errors.js';
import { distanceMetres, faultOfPosition, pathMetres, type Position } from '../../../kernel/geo.js';
import type { ReportedPosition } from '../events/tracking-event.js';

/** Clocks of carriers differ from ours by seconds, not more. */
const CLOCK_SKEW_MS = 30_000;
/** So far from its route nothing strays by a detour. */
const ASTRAY_METRES = 500_000;

/**
 * Whether a position can be where and when something on this route was.
 * @throws AppError `validation_failed` naming the field
 */
export function assertPosition(
  { at, coordinates }: Pick<ReportedPosition, 'at' | 'coordinates'>,
  route: readonly Position[],
  now: Date,
): void {
  const fault = faultOfPosition(coordinates);
  if (fault) throw invalidField('coordinates', 'is_position', fault);
  if (looksSwapped(coordinates, route))
    throw invalidField(
      'coordinates',
      'is_position',
      'lies far from the route and is on it with longitude and latitude swapped: longitude comes first',
    );
  if (at.getTime() > now.getTime() + CLOCK_SKEW_MS)
    throw invalidField('at', 'max_date', `is in the future; it is ${now.toISOString()}`);
}

/** @throws AppError `validation_failed` when a position is not later than the last one */
export function assertLater(at: Date, last: ReportedPosition | null | undefined): void {
  if (!last || at > last.at) return;
  throw invalidField('at', 'min_date', `is not after the last position, of ${last.at.toISOString()}`);
}

function looksSwapped([longitude, latitude]: Position, route: readonly Position[]): boolean {
  if (Math.abs(longitude) > 90) return false;
  const near = ASTRAY_METRES + pathMetres(route);
  return !isNear([longitude, latitude], route, near) && isNear([latitude, longitude], route, near);
}

function isNear(at: Position, route: readonly Position[], metres: number): boolean {
  return route.some((stop) => distanceMetres(at, stop) <= metres);
}
