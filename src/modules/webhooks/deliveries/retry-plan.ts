/** What a try calls for: nothing more, another one after a pause, or the end of the endpoint. */
export type Verdict =
  | { kind: 'delivered' }
  | { kind: 'retry'; afterMs: number; pauseMs?: number }
  | { kind: 'failed'; pauseMs?: number }
  | { kind: 'gone' };

/** A day: an endpoint that asks for more gets no more. */
const LONGEST_RETRY_AFTER_MS = 86_400_000;
/** Statuses that speak of the endpoint as a whole, so that their Retry-After holds for all it is sent. */
const BUSY = new Set([429, 502, 503, 504]);

export interface TryAnswer {
  /** Null when there was none. */
  status: number | null;
  retryAfterMs?: number;
}

/**
 * What follows from a try, the `tries`-th of the delivery: any 2xx delivers, 410 ends the endpoint, everything else
 * (redirects too) is tried again by the schedule, a fifth at random added so that failures do not come back together.
 */
export function verdictOf(
  { status, retryAfterMs }: TryAnswer,
  tries: number,
  retrySeconds: readonly number[],
  random = Math.random,
): Verdict {
  if (status !== null && status >= 200 && status < 300) return { kind: 'delivered' };
  if (status === 410) return { kind: 'gone' };
  const asked = Math.min(retryAfterMs ?? 0, LONGEST_RETRY_AFTER_MS);
  const pause = asked > 0 && status !== null && BUSY.has(status) ? { pauseMs: asked } : {};
  const seconds = retrySeconds[tries - 1];
  if (seconds === undefined) return { kind: 'failed', ...pause };
  const afterMs = Math.max(seconds * 1000 * (1 + random() / 5), asked);
  return { kind: 'retry', afterMs, ...pause };
}

/** `Retry-After` in milliseconds (RFC 9110, 10.2.3): seconds or a date; undefined when it says nothing. */
export function retryAfterMs(header: string | string[] | undefined, now: Date): number | undefined {
  const text = Array.isArray(header) ? header[0] : header;
  if (!text) return undefined;
  if (/^\d{1,9}$/.test(text.trim())) return Number(text) * 1000;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now.getTime());
}
