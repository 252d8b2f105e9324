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

/** Between two meridians (never across the 180th) and two parallels. */
export interface Box {
  west: number;
  south: number;
  east: number;
  north: number;
}

/** Metres from a place to the nearest point of a box; 0 inside. */
export function metresToBox(place: Position, { west, south, east, north }: Box): number {
  const [longitude, latitude] = place;
  if (longitude >= west && longitude <= east)
    return distanceMetres(place, [longitude, Math.min(Math.max(latitude, south), north)]);
  // a parallel comes nearer towards the place's own meridian: the nearest point lies on the edge to the west or east
  return Math.min(...[west, east].map((edge) => metresToMeridian(place, edge, south, north)));
}

/** Metres from a place to the farthest point of a box: the one nearest to the place's antipode. */
export function metresAcrossBox([longitude, latitude]: Position, box: Box): number {
  const antipode: Position = [longitude > 0 ? longitude - 180 : longitude + 180, -latitude];
  return Math.PI * EARTH_RADIUS - metresToBox(antipode, box);
}

/** Along a meridian the cosine of the distance is a wave: its crest is nearest, or else an end. */
function metresToMeridian(place: Position, meridian: number, south: number, north: number): number {
  const [latitude, apart] = [radians(place[1]), radians(meridian - place[0])];
  const crest = Math.atan2(Math.sin(latitude), Math.cos(latitude) * Math.cos(apart)) * (180 / Math.PI);
  const nearest = crest > south && crest < north ? [crest] : [south, north];
  return Math.min(...nearest.map((at) => distanceMetres(place, [meridian, at])));
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
