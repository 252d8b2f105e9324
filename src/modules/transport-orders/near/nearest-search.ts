import {
  distanceMetres,
  EARTH_RADIUS,
  metresAcrossBox,
  metresToBox,
  type Position,
} from '../../../kernel/geo.js';
import { boxOf, coarsestCells, FIELDS, pathTo, placeOf, type CellPath } from './end-grid.js';

/** An order's end. */
export interface EndKey {
  id: string;
  at: string;
}

/** What the search asks of a party's orders. */
export interface GridReader {
  /** Up to `most` ends in cells of one size, in the order of their paths, then of their ids, behind `afterId`. */
  ends(cells: readonly CellPath[], most: number, afterId: string | undefined): Promise<EndKey[]>;
  /** The cells of the next size in a cell that have orders. */
  parts(cell: CellPath): Promise<CellPath[]>;
}

export interface Found {
  id: string;
  metres: number;
}

export interface NearestQuery {
  place: Position;
  /** Radius, inclusive. */
  metres: number;
  wanted: number;
  /** Goes on behind the last of a page. */
  after?: Found | undefined;
}

interface OpenCell {
  path: CellPath;
  /** Of the nearest and of the farthest place in it. */
  nearest: number;
  farthest: number;
}

/** Ends read at first, from all that lies in the radius: for most parties that is all there is. */
const FIRST_LOOK = 300;
/** Ends read at once afterwards: what is read and left costs as much as another command. */
const LOOK = 150;
/** Cells looked into at once, while nobody knows how many orders they have, and at most. */
const UNKNOWN = 16;
const MOST_CELLS = 64;
/** When no more cells than these fit into one look, there is too much in each. */
const FEW = 2;
/** Cells taken apart at once: those that begin within this share of the nearest one's depth behind it. */
const APART = 3;
const HARDLY_FARTHER = 0.25;
/** What rounding may make of a cell's bounds. */
const SLACK_METRES = 0.001;
const PLACE = FIELDS.length;
const METRES_PER_DEGREE = (Math.PI / 180) * EARTH_RADIUS;

/**
 * The nearest orders, by opening the cells of the grid from the nearest on (best first). Cells with few orders are read,
 * several at once; those with many are taken apart into those of their parts that have any, which is tried in the same
 * moment. It ends when no cell that is still open can have a nearer order, so what it reads grows with the page and the
 * depth of the grid, not with the orders.
 */
export class NearestSearch {
  private open: OpenCell[];
  private found: Found[] = [];
  private width = Infinity;

  constructor(
    private readonly reader: GridReader,
    private readonly query: NearestQuery,
  ) {
    const { place, metres } = query;
    const degrees = metres / METRES_PER_DEGREE;
    this.open = this.within(coarsestCells(place[1] - degrees, place[1] + degrees));
  }

  /** Nearest first, of equal distance by id. */
  async run(): Promise<Found[]> {
    for (let [first] = this.open; first && !this.isFull(first); [first] = this.open) {
      const batch = this.batchFrom(first);
      const dense = this.width === UNKNOWN ? this.likelyDense(first, batch) : [];
      const most = this.width === Infinity ? FIRST_LOOK : Math.max(LOOK, this.query.wanted);
      const [ends, ...parts] = await Promise.all([
        this.reader.ends(
          batch.map(({ path }) => path),
          most,
          this.afterIn(first),
        ),
        ...dense.map(({ path }) => this.reader.parts(path)),
      ]);
      const done = ends.length < most || isPlace(first, batch) ? batch : readWhole(batch, ends);
      this.take(ends, done, batch);
      if (done.length === batch.length) this.width = Math.min(MOST_CELLS, this.width * 2);
      else if (done.length > FEW) this.width = done.length;
      else if (first.path.length === PLACE) this.width = 1;
      else if (dense.length > 0) this.replace(dense, parts.flat(), done);
      else if (!done.includes(first)) this.replace([first], await this.reader.parts(first.path), []);
    }
    return this.found;
  }

  private isFull({ nearest }: OpenCell): boolean {
    return nearest > this.bound();
  }

  /** Farther than this nothing is wanted. */
  private bound(): number {
    return this.found[this.query.wanted - 1]?.metres ?? this.query.metres;
  }

  /** The nearest cells of one size; the place in which the last page ended by itself. */
  private batchFrom(first: OpenCell): OpenCell[] {
    if (this.afterIn(first) !== undefined) return [first];
    return this.open
      .filter(
        (cell) =>
          cell.path.length === first.path.length &&
          cell.nearest <= this.bound() &&
          this.afterIn(cell) === undefined,
      )
      .slice(0, this.width);
  }

  /** Cells that are taken apart while they are looked into, not after it: the nearest, and those hardly farther. */
  private likelyDense({ path, nearest, farthest }: OpenCell, batch: readonly OpenCell[]): OpenCell[] {
    if (path.length === PLACE) return [];
    const hardlyFarther = nearest + (farthest - nearest) * HARDLY_FARTHER;
    return batch.filter((cell) => cell.nearest <= hardlyFarther).slice(0, APART);
  }

  private afterIn({ path, nearest }: OpenCell): string | undefined {
    const { after } = this.query;
    return path.length === PLACE && nearest === after?.metres ? after.id : undefined;
  }

  private take(ends: readonly EndKey[], done: readonly OpenCell[], batch: readonly OpenCell[]): void {
    const { place, metres, wanted, after } = this.query;
    const whole = new Set(done.map(({ path }) => path.at(-1)));
    const isDone = ({ at }: EndKey) =>
      done.length === batch.length || whole.has(pathTo(at)[(done[0]?.path.length ?? 0) - 1]);
    const more = ends
      .filter(isDone)
      .map(({ id, at }): Found => ({ id, metres: distanceMetres(place, placeOf(at)) }))
      .filter((found) => found.metres <= metres && (!after || byDistance(after, found) < 0));
    this.found = [...this.found, ...more].sort(byDistance).slice(0, wanted);
    this.open = this.open.filter((cell) => !done.includes(cell));
  }

  /** Puts in place of cells their parts, but of those that were read. */
  private replace(cells: readonly OpenCell[], parts: readonly CellPath[], done: readonly OpenCell[]): void {
    const read = new Set(done.map(({ path }) => path.at(-1)));
    const left = parts.filter((path) => !read.has(path.at(-2)));
    this.open = [...this.open.filter((cell) => !cells.includes(cell)), ...this.within(left)].sort(
      (one, other) => one.nearest - other.nearest,
    );
    this.width = UNKNOWN;
  }

  /** Those that reach into the radius and beyond the last page, nearest first. */
  private within(paths: readonly CellPath[]): OpenCell[] {
    const { metres, after } = this.query;
    return paths
      .map((path) => this.measured(path))
      .filter(({ nearest, farthest }) => nearest <= metres && farthest >= (after?.metres ?? 0))
      .sort((one, other) => one.nearest - other.nearest);
  }

  private measured(path: CellPath): OpenCell {
    const { place } = this.query;
    const at = path[PLACE - 1];
    if (at !== undefined) {
      const metres = distanceMetres(place, placeOf(String(at)));
      return { path, nearest: metres, farthest: metres };
    }
    const box = boxOf(path);
    const nearest = Math.max(0, metresToBox(place, box) - SLACK_METRES);
    return { path, nearest, farthest: metresAcrossBox(place, box) + SLACK_METRES };
  }
}

/** One place alone: however many orders lie there, those that were read come first, and fill a page. */
function isPlace({ path }: OpenCell, batch: readonly OpenCell[]): boolean {
  return path.length === PLACE && batch.length === 1;
}

/** The cells that lie wholly before the end of what was read. */
function readWhole(batch: readonly OpenCell[], ends: readonly EndKey[]): OpenCell[] {
  const reached = pathTo(ends.at(-1)?.at ?? '');
  return batch.filter(({ path }) => {
    const differs = path.findIndex((part, n) => part !== reached[n]);
    return differs >= 0 && (path[differs] ?? 0) < (reached[differs] ?? 0);
  });
}

function byDistance(one: Found, other: Found): number {
  return one.metres - other.metres || (one.id < other.id ? -1 : one.id > other.id ? 1 : 0);
}
