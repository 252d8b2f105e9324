import { redact, SECRET_FIELDS } from '../observability/secrets.js';

/** A field that ends like a secret one is one: `passwordHash`, `recoveryEmail`, `ip_tokens`. */
const SECRET_NAME = new RegExp(`(${SECRET_FIELDS.join('|')})s?$`, 'i');
const REDACTED = '[redacted]';

/** A copy without secrets, e-mail addresses and phone numbers. */
export function redactFields(value: unknown): unknown {
  return redact(hidden(value));
}

function hidden(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(hidden);
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, SECRET_NAME.test(name) ? REDACTED : hidden(inner)]),
  );
}
