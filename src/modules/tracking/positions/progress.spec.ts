import { distanceMetres, pathMetres, type Position } from '../../../kernel/geo.js';
import type { Progress, ReportedPosition } from '../events/tracking-event.js';
import { progressAt } from './progress.js';

const BERLIN: Position = [13.405, 52.52];
const HANNOVER: Position = [9.732, 52.3759];
const HAMBURG: Position = [9.9937, 53.5511];
const ROUTE = [BERLIN, HANNOVER, HAMBURG];
const NOON = Date.parse('2026-12-01T12:00:00Z');

const at = (seconds: number, coordinates: Position, speed: number | null = null): ReportedPosition => ({
  ...{ at: new Date(NOON + seconds * 1000), coordinates, speed, heading: null, accuracy: null },
});
const between = (from: Position, to: Position, share: number): Position => [
  from[0] + share * (to[0] - from[0]),
  from[1] + share * (to[1] - from[1]),
];
/** Progress after a drive through positions. */
function drive(positions: ReportedPosition[], route = ROUTE): Progress {
  let before: { position: ReportedPosition; progress: Progress } | null = null;
  for (const position of positions) before = { position, progress: progressAt(route, before, position) };
  return before!.progress;
}

describe('progress', () => {
  it('at the start is the whole way, and no time of arrival', () => {
    const progress = drive([at(0, BERLIN)]);
    expect(progress).toEqual({
      leg: 0,
      remainingMetres: pathMetres(ROUTE),
      metresPerSecond: null,
      eta: null,
    });
  });

  it('takes the speed the vehicle tells until it can see one', () => {
    const { eta, remainingMetres } = drive([at(0, BERLIN, 20)]);
    expect(eta).toEqual(new Date(NOON + (remainingMetres / 20) * 1000));
  });

  it('counts the legs that are left, and goes to the next behind a stop', () => {
    const last = between(HANNOVER, HAMBURG, 0.5);
    const progress = drive([at(0, BERLIN), at(5_000, HANNOVER), at(8_000, last)]);
    expect(progress.leg).toBe(1);
    expect(progress.remainingMetres).toBe(Math.round(distanceMetres(last, HAMBURG)));
  });

  it('does not go back to a leg that is behind', () => {
    const [near, round] = [between(HANNOVER, HAMBURG, 0.1), between(BERLIN, HANNOVER, 0.9)];
    expect(drive([at(0, near), at(600, round)]).leg).toBe(1);
  });

  it('smooths: one slow minute moves the arrival by little, a slow quarter of an hour by much', () => {
    const along = (seconds: number, metres: number) =>
      at(seconds, between(BERLIN, HANNOVER, metres / 248_000));
    const fast = Array.from({ length: 60 }, (_, n) => along(n * 30, n * 30 * 20));
    const before = drive(fast).metresPerSecond!;
    const minute = drive([...fast, along(59 * 30 + 60, 59 * 600 + 60)]).metresPerSecond!;
    const slow = Array.from({ length: 30 }, (_, n) => along(1_770 + (n + 1) * 30, 35_400 + (n + 1) * 30));
    const jam = drive([...fast, ...slow]).metresPerSecond!;
    expect(before).toBeCloseTo(20, 0);
    expect(minute).toBeGreaterThan(15);
    expect(jam).toBeLessThan(3);
  });

  it('knows no arrival while it stands', () => {
    const stand = Array.from({ length: 60 }, (_, n) => at(n * 60, BERLIN));
    expect(drive(stand).eta).toBeNull();
  });

  it('forgets the speed over a long silence', () => {
    const progress = drive([at(0, BERLIN), at(60, between(BERLIN, HANNOVER, 0.01)), at(20_000, HANNOVER)]);
    expect(progress.metresPerSecond).toBeNull();
  });

  it('goes over the date line the short way', () => {
    const [fiji, samoa]: Position[] = [
      [178.4, -18.1],
      [-171.8, -13.8],
    ];
    const progress = drive([at(0, [179.9, -17.4])], [fiji!, samoa!]);
    expect(progress.remainingMetres).toBeLessThan(1_100_000);
  });
});
