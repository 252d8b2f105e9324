import { ApiError } from './errors.js';
import { sleep, waitBefore, type RetryOptions } from './retry.js';
import type { Session } from './session.js';

export interface SendOptions {
  fetch: typeof fetch;
  session: Session;
  retry: RetryOptions;
  /** Makes a request anew; undefined when its body can be read only once. */
  copy: (request: Request) => Request | undefined;
}

/**
 * `fetch` as the client uses it: a POST gets an `Idempotency-Key`, an expired access token is renewed, what may be
 * repeated is repeated.
 * @throws ApiError for every answer that is no success
 */
export function sending({
  fetch,
  session,
  retry,
  copy,
}: SendOptions): (request: Request) => Promise<Response> {
  return async (first) => {
    if (
      first.method === 'POST' &&
      first.headers.has('authorization') &&
      !first.headers.has('idempotency-key')
    )
      first.headers.set('idempotency-key', crypto.randomUUID());
    let request = first;
    let renewed = false;
    for (let attempt = 0; ; attempt++) {
      const { response, error } = await answerTo(request, fetch);
      if (response?.ok) return response;
      const next = copy(first);
      const token =
        response?.status === 401 && next && !renewed ? await session.instead(bearer(request)) : undefined;
      const wait = token ? 0 : next && waitBefore(request, response, attempt, retry);
      first.signal.throwIfAborted();
      if (next === undefined || wait === undefined) throw response ? await ApiError.of(response) : error;
      if (token) {
        renewed = true;
        first.headers.set('authorization', `Bearer ${token}`);
      }
      for (const name of ['authorization', 'idempotency-key']) {
        const value = first.headers.get(name);
        if (value !== null) next.headers.set(name, value);
      }
      await response?.body?.cancel();
      await sleep(wait, first.signal);
      request = next;
    }
  };
}

async function answerTo(
  request: Request,
  fetch: SendOptions['fetch'],
): Promise<{ response?: Response; error?: unknown }> {
  try {
    return { response: await fetch(request) };
  } catch (error) {
    return { error };
  }
}

function bearer({ headers }: Request): string {
  return (headers.get('authorization') ?? '').replace(/^Bearer /, '');
}
