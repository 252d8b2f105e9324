/** One HTTP request of the load. */
export interface LoadRequest {
  readonly method: 'GET' | 'POST' | 'PATCH';
  /** `FRESH` here or in the body becomes nine digits that no other request has. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Makes a handle free, or a query one that no cache has seen. */
export const FRESH = '@fresh@';

/** Nine digits for each FRESH: the numbers of one process, from a random start. */
export function freshNumbers(): () => string {
  let number = Math.floor(Math.random() * 1e9);
  return () => String((number = (number + 1) % 1e9)).padStart(9, '0');
}

/** One side of a comparison: a running server and what is asked of it. */
export interface Variant {
  readonly name: string;
  readonly baseUrl: string;
  /** Of the server, to see what it uses. */
  readonly pid: number;
  /** The connections go round these, each from another start. */
  readonly requests: readonly LoadRequest[];
  readonly status: number;
  /** Where the time of an answer counts, and not how many there are: fewer than keep the server busy. */
  readonly connections?: number;
}

/** One side of a comparison that brings its own work: a round of it at a time. */
export interface MeasuredVariant {
  readonly name: string;
  measure(): Promise<Sample>;
}

/** What one side did in one round. */
export interface Sample {
  readonly requestsPerSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly requests: number;
  /** Milliseconds of CPU the server used for a request: unlike speed, hardly moved by what else the machine does. */
  readonly cpuMsPerRequest: number | null;
  /** What else a side tells of itself, by name: `hitRate`, `errors`. */
  readonly figures?: Readonly<Record<string, number>>;
}

export interface Goal {
  /** A number of the sample, or one of its figures. */
  readonly metric: string;
  /** Bound of ours ÷ baseline; of ours itself where there is no baseline. */
  readonly bound: number;
  readonly is: 'at least' | 'at most';
}

/** A line of the result: two variants by name and what their ratio should be, or one and what it should reach. */
export interface Comparison {
  readonly name: string;
  readonly ours: string;
  readonly baseline?: string;
  readonly goal: Goal;
}

/** Variants that are measured in turns, and what is read from them. */
export interface PreparedCase {
  readonly variants: readonly (Variant | MeasuredVariant)[];
  readonly comparisons: readonly Comparison[];
  /** Ends what would stand in the way of the next case. */
  end?(): void;
}

export const atLeast = (bound: number): Goal => ({ metric: 'requestsPerSecond', bound, is: 'at least' });
export const p95AtMost = (bound: number): Goal => ({ metric: 'p95', bound, is: 'at most' });
export const atMost = (metric: string, bound: number): Goal => ({ metric, bound, is: 'at most' });
