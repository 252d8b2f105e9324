import fc, { type Arbitrary } from 'fast-check';

/** Values that whoever wrote a schema did not think of. */
export const hostileValue: Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    ...[null, true, '', ' ', 0, -1, 1e308, -1e308, Number.MAX_SAFE_INTEGER, 9007199254740993, 0.1, 1e-320],
    ...[
      [],
      {},
      [[]],
      [null],
      [{}],
      '\0',
      '\ud800',
      '\u202e',
      '\ufeff',
      'İ',
      '𝕏',
      '👨‍👩‍👧‍👦',
      "'; --",
      '<script>',
      '${7*7}',
    ],
    ...[
      '../../etc/passwd',
      '%00',
      '%',
      'null',
      'undefined',
      'NaN',
      '-0',
      '1e3',
      '0x10',
      '١٢٣',
      'a\r\nb: c',
      '.',
      '..',
    ],
    ...[
      { $ne: null },
      { $gt: '' },
      { $where: 'sleep(1000)' },
      { $regex: '(a+)+$' },
      { 'a.b': 1 },
      { $$ROOT: 1 },
    ],
    ...[
      'x'.repeat(300),
      'x'.repeat(20_000),
      'é'.repeat(5_000),
      Array(300).fill(0),
      nested(20),
      nested(2_000),
    ],
    ...[
      '2026-02-30',
      '0000-00-00T00:00:00Z',
      '+275760-09-13T00:00:00.001Z',
      '9999-12-31T23:59:59.999999999Z',
    ],
  ),
  fc.json().map((text) => JSON.parse(text) as unknown),
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.double(),
  fc.bigInt().map(String),
);

/** Names that mean something to JavaScript or MongoDB, beside ordinary ones. */
export const hostileKey: Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    ...[
      '__proto__',
      'constructor',
      'prototype',
      'toString',
      'hasOwnProperty',
      '__defineGetter__',
      'then',
      'length',
    ],
    ...['$where', '$set', '_id', 'a.b', '', ' ', '0', 'shop', 'role', 'createdAt', 'version', '\0'],
  ),
  fc.string({ maxLength: 10 }),
);

/** A valid value with something in it that is not: another type, a missing field, one too many. */
export function spoilt(valid: Arbitrary<unknown>): Arbitrary<unknown> {
  return fc
    .tuple(valid, fc.array(fc.nat(), { minLength: 1, maxLength: 4 }), hostileKey, hostileValue, fc.nat(2))
    .map(([value, path, key, put, how]) => spoil(value, path, key, put, how));
}

function spoil(value: unknown, path: number[], key: string, put: unknown, how: number): unknown {
  if (typeof value !== 'object' || value === null) return put;
  const names = Object.keys(value);
  const copy = (Array.isArray(value) ? [...(value as unknown[])] : { ...value }) as Record<string, unknown>;
  const [at = 0, ...rest] = path;
  const name = names[at % Math.max(1, names.length)];
  if (name === undefined || (rest.length === 0 && how === 0)) set(copy, key, put);
  else if (rest.length === 0 && how === 1) Reflect.deleteProperty(copy, name);
  else set(copy, name, rest.length === 0 ? put : spoil(copy[name], rest, key, put, how));
  return copy;
}

/** Also `__proto__`, as JSON.parse would; the length of a list is not JSON's to tell. */
function set(target: Record<string, unknown>, name: string, value: unknown): void {
  if (Array.isArray(target) && name === 'length') return;
  Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true });
}

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < depth; level++) value = level % 2 ? [value] : { value };
  return value;
}
