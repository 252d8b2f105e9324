import type { FastifyRequest } from 'fastify';
import { AppError } from '../../kernel/errors.js';

export const IDEMPOTENCY_KEY = 'idempotency-key';
export const IDEMPOTENT_REPLAYED = 'idempotent-replayed';

/** What a key may look like, without the quotes of a structured-field string. */
export const KEY_PATTERN = /^[\x20-\x7e]{1,255}$/;

/**
 * The request's `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header): a structured-field string, or the bare
 * text most clients send; both spellings are one key. Undefined when there is none.
 * @throws AppError `validation_failed` when it is not 1 to 255 printable ASCII characters, or stands twice
 */
export function idempotencyKey({
  raw,
  headers,
}: Pick<FastifyRequest, 'raw' | 'headers'>): string | undefined {
  const text = headers[IDEMPOTENCY_KEY];
  if (text === undefined) return undefined;
  // Node joins repeated headers with a comma, which would pass for one key
  const times = raw.rawHeaders.filter((name, at) => at % 2 === 0 && name.toLowerCase() === IDEMPOTENCY_KEY);
  if (typeof text !== 'string' || times.length !== 1) throw invalid('stands more than once');
  const key = unquoted(text.trim());
  if (!KEY_PATTERN.test(key)) throw invalid('must have 1 to 255 printable ASCII characters');
  return key;
}

/** RFC 9651, 3.3.3: `"` and `\` are escaped inside the quotes. */
function unquoted(text: string): string {
  const inner = /^"((?:[^"\\]|\\["\\])*)"$/.exec(text)?.[1];
  return inner === undefined ? text : inner.replace(/\\(["\\])/g, '$1');
}

function invalid(message: string): AppError {
  return new AppError('validation_failed', `Idempotency-Key ${message}.`, {
    errors: [{ field: 'Idempotency-Key', code: 'idempotency_key', message }],
  });
}
