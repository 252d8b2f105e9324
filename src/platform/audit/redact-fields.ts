import { redact, SECRET_FIELDS } from '../observability/secrets.js';

/** A field that ends like a secret one is one: `passwordHash`, `recoveryEmail`, `ip_tokens`. */
const SECRET_NAME = new RegExp(`(${SECRET_FIELDS.join('|')}|api-key)s?$`, 'i');

/** A copy of plain fields without secrets, e-mail addresses and phone numbers. */
export function redactFields(value: unknown): unknown {
  return redact(value, SECRET_NAME);
}
