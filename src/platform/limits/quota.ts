/** At most `limit` requests in any span of `windowMs` milliseconds, wherever the span begins. */
export interface RateWindow {
  limit: number;
  windowMs: number;
}

/** A window, and what may be taken beyond it now and then: `burst` is drawn on only while the window is full. */
export interface Quota extends RateWindow {
  burst?: RateWindow;
}

/** What is left of a window. */
export interface WindowState {
  remaining: number;
  /** Milliseconds until the oldest counted request leaves the window; 0 when none is counted. */
  resetMs: number;
}

/** The answer to one request. A refused request is not counted. */
export interface Verdict extends WindowState {
  allowed: boolean;
  burst?: WindowState;
  /** Milliseconds until another try can succeed; 0 when allowed. */
  retryMs: number;
  /** Names the counted request, to give it back. */
  receipt: Receipt;
}

export interface Receipt {
  store: 'redis' | 'local';
  entry: number;
}

/** Requests are told apart to a 60th of the window; see `grainMs`. */
const MOST_ENTRIES = 60;

/**
 * How close two requests must be to share an entry of the log: 0 for limits of up to 60, which are counted one by one,
 * else a 60th of the window. An entry leaves a whole window after its last request, so a limit is never exceeded; an
 * entry's first request is counted up to a 60th of the window too long.
 */
export function grainMs({ limit, windowMs }: RateWindow): number {
  return limit <= MOST_ENTRIES ? 0 : Math.floor(windowMs / MOST_ENTRIES);
}

/** When another try can succeed: as soon as anything leaves a window that is full. */
export function retryMs(allowed: boolean, window: WindowState, burst: WindowState | undefined): number {
  if (allowed) return 0;
  const waits = [window, burst].flatMap((state) => (state && state.resetMs > 0 ? [state.resetMs] : []));
  return Math.max(1, Math.min(...waits, Number.MAX_SAFE_INTEGER));
}
