import type { Box, PointGeometry, Position } from '../../../kernel/geo.js';

/**
 * Where an end of a transport lies, in cells of ever finer grids over longitude and latitude: each has 16 × 16 of the next.
 * The names are those of the fields, with the bits of an axis: `c6` are 5.6° wide, `c22` some metres.
 */
export interface EndCells {
  c6: number;
  c10: number;
  c14: number;
  c18: number;
  c22: number;
  /** Longitude and latitude to a millionth of a degree (0.1 m): so a `c22` has at most some thousand places. */
  at: string;
}

const BITS = [6, 10, 14, 18, 22] as const;
/** From the coarsest cell to the place. */
export const FIELDS = ['c6', 'c10', 'c14', 'c18', 'c22', 'at'] as const satisfies readonly (keyof EndCells)[];
const FINEST = 1e6;

/** Values of the first fields, down to the cell. */
export type CellPath = readonly (number | string)[];

/** @returns what `pickup` or `delivery` has in an order's `grid` */
export function cellsOf([longitude, latitude]: Position): EndCells {
  const place: Position = [Math.round(longitude * FINEST) / FINEST, Math.round(latitude * FINEST) / FINEST];
  const [c6, c10, c14, c18, c22] = BITS.map((bits) => cellAt(place, bits)) as [
    ...[number, number, number, number, number],
  ];
  return { c6, c10, c14, c18, c22, at: place.join(',') };
}

/** What an order has of both its ends. */
export function gridOf({
  pickup,
  delivery,
}: Record<'pickup' | 'delivery', { point: PointGeometry }>): Record<'pickup' | 'delivery', EndCells> {
  return { pickup: cellsOf(pickup.point.coordinates), delivery: cellsOf(delivery.point.coordinates) };
}

/** The path of a place down to the place itself. */
export function pathTo(at: string): CellPath {
  const cells = cellsOf(placeOf(at));
  return FIELDS.map((field) => cells[field]);
}

export function placeOf(at: string): Position {
  return at.split(',').map(Number) as unknown as Position;
}

/** What a cell covers; of a place, the place alone. */
export function boxOf(path: CellPath): Box {
  const cell = path.at(-1);
  if (typeof cell !== 'number') {
    const [longitude, latitude] = placeOf(String(cell));
    return { west: longitude, south: latitude, east: longitude, north: latitude };
  }
  const across = 2 ** (BITS[path.length - 1] ?? 0);
  const [column, row] = [cell % across, Math.floor(cell / across)];
  const [west, east] = [column, column + 1].map((x) => (x / across) * 360 - 180) as [number, number];
  const [south, north] = [row, row + 1].map((y) => (y / across) * 180 - 90) as [number, number];
  return { west, south, east, north };
}

/** The coarsest cells between two parallels. */
export function coarsestCells(south: number, north: number): CellPath[] {
  const across = 2 ** BITS[0];
  const [first, last] = [south, north].map((latitude) => step((latitude + 90) / 180, across)) as [
    number,
    number,
  ];
  return Array.from({ length: (last - first + 1) * across }, (_, n) => [first * across + n]);
}

/** Row by row from the south, each from the west. */
function cellAt([longitude, latitude]: Position, bits: number): number {
  const across = 2 ** bits;
  return step((latitude + 90) / 180, across) * across + step((longitude + 180) / 360, across);
}

/** The last step also has its far end: the pole, the 180th meridian. */
function step(share: number, steps: number): number {
  return Math.min(steps - 1, Math.max(0, Math.floor(share * steps)));
}
