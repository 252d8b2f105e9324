import fc, { type Arbitrary } from 'fast-check';
import type { Operation } from '../openapi.js';
import { hostileKey, hostileValue, spoilt } from './hostile-value.js';
import type { Schema } from './schemas.js';
import { validValue } from './valid-value.js';

/** A request as it goes over the wire. */
export interface FuzzRequest {
  credentials: string;
  path: string;
  headers: Record<string, string>;
  body?: string | Uint8Array<ArrayBuffer>;
}

/** What the path of a request may name, by the template up to the parameter: `/api/shops/{shop}/products/{id}`. */
export type Known = (place: string) => string[];

/** Requests to an operation: such as it asks for, nearly such, and hostile ones. */
export function requestsTo(
  operation: Operation,
  known: Known,
  credentials: string[],
): Arbitrary<FuzzRequest> {
  return fc
    .record({
      credentials: fc.constantFrom(...credentials),
      path: pathOf(operation, known),
      query: queryOf(operation),
      headers: headersOf(operation),
      body: bodyOf(operation),
    })
    .map(({ path, query, headers, body, ...rest }) => ({
      ...rest,
      path: query === '' ? path : `${path}?${query}`,
      headers: { ...body.headers, ...headers },
      ...(body.body === undefined ? {} : { body: body.body }),
    }));
}

function pathOf({ path }: Operation, known: Known): Arbitrary<string> {
  const parts = path.split(/(?=\{)|(?<=\})/);
  return fc
    .tuple(
      ...parts.map((part, at) => {
        if (!part.startsWith('{')) return fc.constant(part);
        const real = known(parts.slice(0, at + 1).join(''));
        const unreal = fc.oneof(fc.constant('6921b0d2a1f4b0a7c9e01234'), hostileValue.map(asText));
        const named =
          real.length > 0 ? fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...real) }, unreal) : unreal;
        return named.map(encoded);
      }),
    )
    .map((filled) => filled.join(''));
}

// What is longer is refused before any operation is found: test/api/bad-input-http.spec.ts.
const MOST_IN_NAME = 100;
const MOST_IN_QUERY = 8_000;

/** A segment that stays one: neither empty nor a step up, which would be another operation. */
function encoded(text: string): string {
  const name = encode(text.slice(0, MOST_IN_NAME));
  return /^\.{0,2}$/.test(name) ? '%00' : name;
}

function queryOf({ parameters }: Operation): Arbitrary<string> {
  const own = parameters.filter((parameter) => parameter.in === 'query');
  const pair = (name: Arbitrary<string>, value: Arbitrary<unknown>) =>
    fc.tuple(name, value).map(([key, given]) => `${encode(key)}=${encode(asText(given))}`);
  const right = own.map(({ name, schema = {} }) => pair(fc.constant(name), validValue(schema as Schema)));
  const wrong = [
    ...own.map(({ name }) => pair(fc.constant(name), hostileValue)),
    ...own.map(({ name }) =>
      pair(fc.constantFrom(`${name}[$ne]`, `${name}[]`, `${name}[a][b]`, `${name}.a`), hostileValue),
    ),
    pair(hostileKey, hostileValue),
    fc.constantFrom(
      '%',
      '%ff=%fe',
      '&&&',
      '=',
      '?',
      '#',
      'a'.repeat(3_000),
      '__proto__[a]=1',
      'constructor[prototype]=1',
    ),
  ];
  const valid = fc.subarray(right).chain((some) => fc.tuple(...some));
  const bad = fc.array(fc.oneof(...wrong), { maxLength: 2 });
  const parts = fc.oneof(
    { weight: 3, arbitrary: valid },
    { weight: 1, arbitrary: fc.tuple(valid, bad).map(([some, more]) => [...some, ...more]) },
  );
  return parts.map((some) => withinBounds(some).join('&'));
}

function withinBounds(parts: string[]): string[] {
  let length = 0;
  return parts.filter((part) => (length += part.length) <= MOST_IN_QUERY);
}

function headersOf({ parameters }: Operation): Arbitrary<Record<string, string>> {
  const ascii = fc.string({ unit: 'grapheme-ascii', maxLength: 300 });
  const value = fc.oneof(fc.constantFrom('"1"', '*', 'W/"1"', '""', ','), ascii);
  const own = parameters
    .filter((parameter) => parameter.in === 'header')
    .map(({ name }) => name.toLowerCase());
  const fields = Object.fromEntries([...own, 'x-request-id', 'user-agent'].map((name) => [name, value]));
  return fc.oneof(
    { weight: 2, arbitrary: fc.constant({}) },
    fc.record(fields, { requiredKeys: [] }).map((some) => some as Record<string, string>),
  );
}

interface Body {
  headers: Record<string, string>;
  body?: string | Uint8Array<ArrayBuffer>;
}

function bodyOf({ requestBody }: Operation): Arbitrary<Body> {
  const content = Object.entries(requestBody?.content ?? {}) as [string, { schema: Schema }][];
  if (content.length === 0)
    return fc.oneof({ weight: 4, arbitrary: fc.constant({ headers: {} }) }, json(hostileValue));
  return fc.oneof(
    ...content.map(([type, { schema }]) => ({ weight: 6, arbitrary: ofType(type, schema) })),
    { weight: 1, arbitrary: json(hostileValue) },
    { weight: 1, arbitrary: broken },
    { weight: 1, arbitrary: foreign },
  );
}

function ofType(type: string, schema: Schema): Arbitrary<Body> {
  if (type === 'application/json') {
    const valid = validValue(schema);
    return json(fc.oneof({ weight: 3, arbitrary: valid }, { weight: 2, arbitrary: spoilt(valid) }));
  }
  const file = fc.oneof(
    fc.constant('Handle,Title\na,A\n'),
    fc.string({ unit: 'grapheme', maxLength: 200 }).map((text) => `Handle,Title\n${text}`),
    fc.string({ unit: 'binary', maxLength: 200 }),
  );
  if (type !== 'multipart/form-data')
    return file.map((body) => ({ headers: { 'content-type': type }, body }));
  return fc.tuple(file, hostileKey, fc.boolean()).map(([text, name, whole]) => {
    const field = `name="file"; filename="${encodeURIComponent(name)}"`;
    const form = `--b\r\nContent-Disposition: form-data; ${field}\r\nContent-Type: text/csv\r\n\r\n${text}`;
    return {
      headers: { 'content-type': `${type}; boundary=b` },
      body: whole ? `${form}\r\n--b--\r\n` : form,
    };
  });
}

function json(value: Arbitrary<unknown>): Arbitrary<Body> {
  return value.map((given) => ({
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(given) ?? '',
  }));
}

const broken: Arbitrary<Body> = fc.oneof(
  fc
    .constantFrom(
      '',
      '{',
      '{"a":1',
      'nul',
      '{"__proto__":{"x":1}}',
      '{"a":1,"a":2}',
      '[1,]',
      '"',
      '['.repeat(5_000),
    )
    .map((body) => ({ headers: { 'content-type': 'application/json' }, body })),
  fc
    .uint8Array({ maxLength: 50 })
    .map((bytes) => ({ headers: { 'content-type': 'application/json' }, body: new Uint8Array(bytes) })),
);

const foreign: Arbitrary<Body> = fc
  .constantFrom(
    'text/plain',
    'application/xml',
    'application/x-www-form-urlencoded',
    'image/png',
    'multipart/form-data',
    'x',
    '',
  )
  .map((type) => ({ headers: { 'content-type': type }, body: 'a=1&b=2' }));

function asText(value: unknown): string {
  if (Array.isArray(value)) return value.map(asText).join(',');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}
