import { AppError, invalidField } from '../../kernel/errors.js';

/** The deepest body an operation takes has five levels. */
const MAX_DEPTH = 16;
/** class-transformer drops these, or takes them for known as every object has them: nothing after it refuses them. */
const PROTOTYPE_KEYS = new Set([...Object.getOwnPropertyNames(Object.prototype), 'prototype']);

/**
 * Refuses what must not reach class-transformer, which copies whatever it is given by calling its constructors: a
 * stream's socket among them, which ends the process; and what its recursion cannot survive.
 * @throws AppError `unsupported_media_type` for a body that is not JSON, `validation_failed`
 */
export function assertPlainInput(value: unknown): void {
  if (typeof value === 'object' && value !== null && !isPlain(value)) {
    throw new AppError('unsupported_media_type', 'Send the body as application/json.');
  }
  walk(value, '', 0);
}

function walk(value: unknown, field: string, depth: number): void {
  if (typeof value === 'string') assertText(value, field);
  if (typeof value !== 'object' || value === null) return;
  if (depth === MAX_DEPTH) throw invalidField('the body', 'too_deep', `has more than ${MAX_DEPTH} levels`);
  for (const [key, part] of Object.entries(value)) {
    const name = field ? `${field}.${key}` : key;
    if (PROTOTYPE_KEYS.has(key)) throw invalidField(name, 'unknown_field', 'is not a known field');
    walk(part, name, depth + 1);
  }
}

/** XML, CSV and most clients cannot carry a null character; half a surrogate pair has no UTF-8. */
function assertText(text: string, field: string): void {
  if (text.includes('\0') || !text.isWellFormed()) {
    throw invalidField(field, 'is_text', 'has characters that are no text');
  }
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return Array.isArray(value) || prototype === Object.prototype || prototype === null || isQuery(value);
}

/** The query parser makes its objects by a null constructor of its own. */
function isQuery(value: object): boolean {
  const prototype = Object.getPrototypeOf(value) as object;
  return (
    Object.getPrototypeOf(prototype) === null &&
    Object.keys(prototype).length === 0 &&
    !('constructor' in prototype)
  );
}
