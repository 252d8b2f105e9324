/** Longitude, then latitude, in degrees (RFC 7946, 3.1.1; WGS 84). */
export type Position = readonly [longitude: number, latitude: number];

export interface PointGeometry {
  type: 'Point';
  coordinates: Position;
}

/** Rings, the outer one first, each closed by its first position. */
export interface PolygonGeometry {
  type: 'Polygon';
  coordinates: Position[][];
}

/** Mean radius of the earth in metres (IUGG). */
export const EARTH_RADIUS = 6_371_008.8;
const radians = (degrees: number): number => (degrees * Math.PI) / 180;

/** Great-circle distance in metres (haversine). */
export function distanceMetres([fromLng, fromLat]: Position, [toLng, toLat]: Position): number {
  const a =
    Math.sin(radians(toLat - fromLat) / 2) ** 2 +
    Math.cos(radians(fromLat)) * Math.cos(radians(toLat)) * Math.sin(radians(toLng - fromLng) / 2) ** 2;
  return 2 * EARTH_RADIUS * Math.asin(Math.min(1, Math.sqrt(a)));
}

/** Length in metres of the way along the positions, rounded. */
export function pathMetres(path: readonly Position[]): number {
  let metres = 0;
  for (const [at, position] of path.entries()) {
    const before = path[at - 1];
    if (before) metres += distanceMetres(before, position);
  }
  return Math.round(metres);
}

/** Why a value is no position, or undefined; a swapped pair is told as such where it shows. */
export function faultOfPosition(value: unknown): string | undefined {
  if (!Array.isArray(value) || value.length !== 2 || !value.every((part) => Number.isFinite(part)))
    return 'is not [longitude, latitude]';
  const [longitude, latitude] = value as [number, number];
  if (Math.abs(latitude) > 90) {
    const swapped = Math.abs(longitude) <= 90 && Math.abs(latitude) <= 180;
    return `has the latitude ${latitude}, beyond ±90${swapped ? ': longitude comes first, the two are swapped' : ''}`;
  }
  return Math.abs(longitude) > 180 ? `has the longitude ${longitude}, beyond ±180` : undefined;
}
