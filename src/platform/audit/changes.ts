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
  if (!state) return null;
  const fields = shortened(plain(state), 0);
  return redactFields(withoutEmpty ? filled(fields) : fields) as Fields;
}

function filled(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(filled);
  if (!isPlain(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => inner !== '' && inner !== null && !(Array.isArray(inner) && inner.length === 0))
      .map(([name, inner]) => [name, filled(inner)]),
  );
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
function shortened(value: unknown, depth: number): unknown {
  if (typeof value === 'string')
    return value.length > MAX_TEXT ? `${value.slice(0, MAX_TEXT)}… (${value.length} characters)` : value;
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  if (depth >= MAX_DEPTH) return '…';
  if (Array.isArray(value)) {
    const shown = value.slice(0, MAX_ITEMS).map((item) => shortened(item, depth + 1));
    return value.length > MAX_ITEMS ? [...shown, `… (${value.length} items)`] : shown;
  }
  if (value instanceof Set) return shortened([...(value as Set<unknown>)], depth);
  if ('toHexString' in value && typeof value.toHexString === 'function')
    return (value.toHexString as () => string)();
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => inner !== undefined)
      // a key with these characters could not be read back by every driver
      .map(([name, inner]) => [name.replace(/[.$]/g, '_'), shortened(inner, depth + 1)]),
  );
}
