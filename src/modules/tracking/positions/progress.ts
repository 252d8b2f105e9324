import { distanceMetres, type Position } from '../../../kernel/geo.js';
import type { Progress, ReportedPosition } from '../events/tracking-event.js';

/** A speed counts half after 3.5 minutes (time constant 5): a red light changes little, a traffic jam does. */
const SMOOTHING_S = 300;
/** After a silence this long the old speed says nothing. */
const FORGOTTEN_S = 1_800;
/** Slower than a walk of 1.8 km/h: it stands, and when it will arrive nobody can say. */
const STANDING = 0.5;

/**
 * What the latest position says of the way that is left: the distance along the stops over the smoothed speed. Both are
 * as the crow flies, so bends cancel out in part, and breaks, ferries and loading are not known: it is an early guess.
 */
export function progressAt(
  route: readonly Position[],
  before: { position: ReportedPosition; progress: Progress } | null,
  now: ReportedPosition,
): Progress {
  const leg = legAt(route, before?.progress.leg ?? 0, now.coordinates);
  const remainingMetres = Math.round(remaining(route, leg, now.coordinates));
  const metresPerSecond = smoothedSpeed(before, now);
  const moves = metresPerSecond !== null && metresPerSecond >= STANDING;
  const eta = moves ? new Date(now.at.getTime() + (remainingMetres / metresPerSecond) * 1000) : null;
  return { leg, remainingMetres, metresPerSecond, eta };
}

function smoothedSpeed(
  before: { position: ReportedPosition; progress: Progress } | null,
  now: ReportedPosition,
): number | null {
  if (!before) return now.speed;
  const { position, progress } = before;
  const seconds = (now.at.getTime() - position.at.getTime()) / 1000;
  if (seconds <= 0 || seconds > FORGOTTEN_S) return now.speed;
  const speed = distanceMetres(position.coordinates, now.coordinates) / seconds;
  if (progress.metresPerSecond === null) return speed;
  const weight = 1 - Math.exp(-seconds / SMOOTHING_S);
  return progress.metresPerSecond + weight * (speed - progress.metresPerSecond);
}

function remaining(route: readonly Position[], leg: number, at: Position): number {
  let metres = 0;
  let from = at;
  for (const stop of route.slice(leg + 1)) {
    metres += distanceMetres(from, stop);
    from = stop;
  }
  return metres;
}

/** The nearest leg of those that are left. */
function legAt(route: readonly Position[], from: number, at: Position): number {
  let [best, nearest] = [from, Infinity];
  for (let leg = from; leg < route.length - 1; leg++) {
    const [start, end] = [route[leg], route[leg + 1]];
    if (!start || !end) break;
    const metres = distanceMetres(at, nearestOn(start, end, at));
    if (metres < nearest) [best, nearest] = [leg, metres];
  }
  return best;
}

/** The point of a leg nearest to a place, on a plane around the place: exact enough to tell legs apart. */
function nearestOn(start: Position, end: Position, at: Position): Position {
  const width = Math.cos((at[1] * Math.PI) / 180);
  const [sx, sy] = [turn(start[0] - at[0]) * width, start[1] - at[1]];
  const [ex, ey] = [turn(end[0] - at[0]) * width, end[1] - at[1]];
  const length = (ex - sx) ** 2 + (ey - sy) ** 2;
  const share = length === 0 ? 0 : Math.min(1, Math.max(0, (-sx * (ex - sx) - sy * (ey - sy)) / length));
  return [turn(at[0] + (sx + share * (ex - sx)) / Math.max(width, 1e-9)), at[1] + sy + share * (ey - sy)];
}

/** A difference of longitudes, or a longitude, within ±180. */
function turn(degrees: number): number {
  return ((((degrees + 180) % 360) + 360) % 360) - 180;
}
