import type { InventoryLevel } from './inventory-level.js';
import type { KnownLocation } from './location.js';

/**
 * Where to take pieces of a variant from, best place first: the default location, then the one that has most. Pieces of
 * one demand are never split over places. Where overselling is allowed and no place has enough, the first one owes them.
 */
export function candidates(
  levels: InventoryLevel[],
  locations: KnownLocation[],
  wanted: { variantId: string; quantity: number; locationId: string | undefined; mayOversell: boolean },
): string[] {
  const open = new Map(locations.filter(({ active }) => active).map((location) => [location.id, location]));
  const places = levels
    .filter(
      ({ variantId, locationId }) =>
        variantId === wanted.variantId &&
        open.has(locationId) &&
        (wanted.locationId === undefined || locationId === wanted.locationId),
    )
    .sort((a, b) => rank(b) - rank(a) || b.available - a.available);
  const enough = places.filter(({ available }) => available >= wanted.quantity);
  const chosen = enough.length === 0 && wanted.mayOversell ? places.slice(0, 1) : enough;
  return chosen.map(({ locationId }) => locationId);

  function rank({ locationId }: InventoryLevel): number {
    return open.get(locationId)?.isDefault ? 1 : 0;
  }
}
