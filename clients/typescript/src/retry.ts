import { retryAfter } from './errors.js';

export interface RetryOptions {
  /** Further tries after the first; 0 turns retrying off. */
  attempts: number;
  /** A server that asks to wait longer is not waited for, in seconds. */
  maxWaitSeconds: number;
}

const FIRST_WAIT_SECONDS = 0.2;
const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE']);

/** Whether sending the request again cannot do its work twice. */
function isRepeatable({ method, headers }: Request): boolean {
  return SAFE_METHODS.has(method) || headers.has('idempotency-key');
}

/**
 * How long to wait before the request is worth sending again, in seconds; undefined when it is not. `failure` is the
 * answer, or undefined when there was none.
 */
export function waitBefore(
  request: Request,
  failure: Response | undefined,
  attempt: number,
  { attempts, maxWaitSeconds }: RetryOptions,
): number | undefined {
  if (attempt >= attempts || (failure && !isPassing(failure))) return undefined;
  // who is over the limit was refused before any work was done
  if (failure?.status !== 429 && !isRepeatable(request)) return undefined;
  const asked = failure && retryAfter(failure);
  // spread, so that those who were refused together do not come back together
  const wait = (asked ?? FIRST_WAIT_SECONDS * 2 ** attempt) * (1 + Math.random() / 4);
  return (asked ?? 0) > maxWaitSeconds ? undefined : wait;
}

function isPassing({ status, headers }: Response): boolean {
  if (status === 409) return headers.has('retry-after'); // the first request with this Idempotency-Key is still running
  return status === 429 || (status >= 502 && status <= 504);
}

/** @throws the signal's reason when it is aborted meanwhile */
export function sleep(seconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', abort);
      resolve();
    }, seconds * 1000);
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  });
}
