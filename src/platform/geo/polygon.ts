import { kinks } from '@turf/kinks';
import { faultOfPosition, type PolygonGeometry, type Position } from '../../kernel/geo.js';

/** The check for crossings compares every edge with every other. */
export const MAX_VERTICES = 500;
const MAX_RINGS = 20;

/** Why rings are no polygon that the database can index, or undefined. */
export function faultOfRings(rings: unknown): string | undefined {
  if (!Array.isArray(rings) || rings.length === 0 || rings.length > MAX_RINGS)
    return `is not a list of 1 to ${MAX_RINGS} rings`;
  let vertices = 0;
  for (const ring of rings as unknown[]) {
    if (!Array.isArray(ring) || ring.length < 4) return 'has a ring of fewer than four positions';
    vertices += ring.length;
    if (vertices > MAX_VERTICES) return `has more than ${MAX_VERTICES} positions`;
    const fault = faultOfRing(ring);
    if (fault) return fault;
  }
  const polygon: PolygonGeometry = { type: 'Polygon', coordinates: rings as Position[][] };
  const [crossing] = kinks(polygon as never).features;
  return crossing ? `crosses itself at [${crossing.geometry.coordinates.join(', ')}]` : undefined;
}

function faultOfRing(ring: unknown[]): string | undefined {
  for (const position of ring) {
    const fault = faultOfPosition(position);
    if (fault) return fault;
  }
  const positions = ring as Position[];
  const [first, last] = [positions[0], positions.at(-1)];
  if (String(first) !== String(last)) return 'has a ring that does not end where it begins';
  if (new Set(positions.map(String)).size < positions.length - 1) return 'has a ring that touches itself';
  const longitudes = positions.map(([longitude]) => longitude);
  return Math.max(...longitudes) - Math.min(...longitudes) >= 180
    ? 'is wider than 180 degrees: split it'
    : undefined;
}
