import { AppError } from './errors.js';
import { OBJECT_ID } from './object-id.js';

export type CursorValue = string | number | boolean | null | Date;

/** Where a keyset page ended: the sort it belongs to and the sort values of its last row, tie-breaker last. */
export interface Cursor {
  sort: string;
  values: CursorValue[];
}

const VERSION = 1;

/** Packs a cursor into an opaque URL-safe token. */
export function encodeCursor(cursor: Cursor): string {
  const values = cursor.values.map((value) => (value instanceof Date ? { d: value.getTime() } : value));
  return Buffer.from(JSON.stringify([VERSION, cursor.sort, values])).toString('base64url');
}

/**
 * Unpacks a token made for the sort `sort` with `length` values.
 * Only primitives and dates come out of it, whatever a caller packed in: no query operator can pass.
 * @throws AppError `invalid_cursor`
 */
export function decodeCursor(token: string, sort: string, length: number): CursorValue[] {
  const parsed = parse(token);
  if (!Array.isArray(parsed) || parsed[0] !== VERSION || !Array.isArray(parsed[2])) throw invalid();
  if (parsed[1] !== sort) {
    throw new AppError('invalid_cursor', `This cursor belongs to another sort than "${sort}".`);
  }
  const values = parsed[2].map(value);
  if (values.length !== length) throw invalid();
  return values;
}

/**
 * Where a page ended whose rows are sorted by one field, then by id. MongoDB compares within a type only, so `fits` tells
 * whether a value is one of that field.
 * @throws AppError `invalid_cursor`
 */
export function decodePosition<Value extends CursorValue>(
  token: string,
  sort: string,
  fits: (value: CursorValue) => value is Value,
): { value: Value; id: string } {
  const [value = null, id = null] = decodeCursor(token, sort, 2);
  if (!fits(value)) throw invalid();
  return { value, id: idIn(id) };
}

/** Where a page ended whose rows are sorted by id alone. @throws AppError `invalid_cursor` */
export function decodeId(token: string, sort: string): string {
  const [id] = decodeCursor(token, sort, 1);
  return idIn(id);
}

/** A value of a cursor that has to be a document's id. @throws AppError `invalid_cursor` */
export function idIn(value: CursorValue | undefined): string {
  if (typeof value === 'string' && OBJECT_ID.test(value)) return value;
  throw invalid();
}

function parse(token: string): unknown {
  try {
    return JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
  } catch {
    throw invalid();
  }
}

function value(raw: unknown): CursorValue {
  if (raw === null || typeof raw === 'string' || typeof raw === 'number' || typeof raw === 'boolean')
    return raw;
  if (typeof raw === 'object' && 'd' in raw && typeof raw.d === 'number') {
    const date = new Date(raw.d);
    if (!Number.isNaN(date.getTime())) return date;
  }
  throw invalid();
}

function invalid(): AppError {
  return new AppError('invalid_cursor', 'The cursor is not one this list gave out; start again without it.');
}
