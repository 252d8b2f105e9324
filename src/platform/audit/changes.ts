import { isDeepStrictEqual } from 'node:util';
import { redactFields } from './redact-fields.js';

type Fields = Record<string, unknown>;

const MAX_TEXT = 200;
const MAX_ITEMS = 50;
const MAX_DEPTH = 8;

/**
 * What differs between two states, field by field: items of lists are matched by their `id` where they have one.
 * Long texts and lists are cut, secrets and personal data replaced.
 */
export function changesOf(
  before: object | null | undefined,
  after: object | null | undefined,
): { before: Fields | null; after: Fields | null } {
  const [old, now] = before && after ? differing(plain(before), plain(after)) : [before, after];
  const alone = !(before && after);
  return { before: stored(old, alone), after: stored(now, alone) };
}

/** Of a thing that is new or gone, empty fields tell nothing. */
function stored(state: object | null | undefined, withoutEmpty: boolean): Fields | null {
  return state ? (redactFields(shortened(plain(state), withoutEmpty, 0)) as Fields) : null;
}

function differing(before: Fields, after: Fields): [Fields, Fields] {
  const old: Fields = {};
  const now: Fields = {};
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [a, b] = [before[name], after[name]];
    if (isDeepStrictEqual(a, b)) continue;
    const [x, y] =
      isPlain(a) && isPlain(b) ? differing(a, b) : isKeyed(a) && isKeyed(b) ? items(a, b) : [a, b];
    if (x !== undefined) old[name] = x;
    if (y !== undefined) now[name] = y;
  }
  return [old, now];
}

/** The items of two lists that are not the same, each with its id. */
function items(before: Keyed[], after: Keyed[]): [Fields[], Fields[]] {
  const olds = new Map(before.map((item) => [String(item.id), item]));
  const nows = new Map(after.map((item) => [String(item.id), item]));
  const old: Fields[] = [];
  const now: Fields[] = [];
  for (const id of new Set([...olds.keys(), ...nows.keys()])) {
    const [a, b] = [olds.get(id), nows.get(id)];
    if (isDeepStrictEqual(a, b)) continue;
    const [x, y] = a && b ? differing(a, b) : [a, b];
    if (x) old.push({ id, ...x });
    if (y) now.push({ id, ...y });
  }
  return [old, now];
}

type Keyed = Fields & { id: unknown };

function isKeyed(value: unknown): value is Keyed[] {
  return Array.isArray(value) && value.every((item) => isPlain(item) && item['id'] !== undefined);
}

function isPlain(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

/** Instances of DTO and document classes as plain fields. */
function plain(state: object): Fields {
  return { ...state };
}

/** A form that is fit to be stored: bounded in size, values without a JSON form as text. */
function shortened(value: unknown, withoutEmpty: boolean, depth: number): unknown {
  if (typeof value === 'string')
    return value.length > MAX_TEXT ? `${value.slice(0, MAX_TEXT)}… (${value.length} characters)` : value;
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  if (depth >= MAX_DEPTH) return '…';
  if (Array.isArray(value)) {
    const shown = value.slice(0, MAX_ITEMS).map((item) => shortened(item, withoutEmpty, depth + 1));
    return value.length > MAX_ITEMS ? [...shown, `… (${value.length} items)`] : shown;
  }
  if (value instanceof Set) return shortened([...(value as Set<unknown>)], withoutEmpty, depth);
  if ('toHexString' in value && typeof value.toHexString === 'function')
    return (value.toHexString as () => string)();
  const fields: [string, unknown][] = [];
  for (const [name, inner] of Object.entries(value)) {
    if (inner === undefined) continue;
    const short = shortened(inner, withoutEmpty, depth + 1);
    // a key with these characters could not be read back by every driver
    if (!withoutEmpty || !isEmpty(short)) fields.push([name.replace(/[.$]/g, '_'), short]);
  }
  return Object.fromEntries(fields);
}

function isEmpty(value: unknown): boolean {
  return value === '' || value === null || (Array.isArray(value) && value.length === 0);
}
