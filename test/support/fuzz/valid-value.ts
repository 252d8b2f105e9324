import fc, { type Arbitrary } from 'fast-check';
import { resolved, type Schema } from './schemas.js';

/** No case becomes larger than this, whatever the schema allows. */
const MOST_ITEMS = 3;
const MOST_CHARACTERS = 40;

/** Values that the schema allows. */
export function validValue(given: Schema): Arbitrary<unknown> {
  const schema = resolved(given);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map(validValue));
  const types = [schema.type ?? (schema.properties ? 'object' : 'string')].flat();
  return fc.oneof(...types.map((type) => ofType(type, schema)));
}

function ofType(type: string, schema: Schema): Arbitrary<unknown> {
  switch (type) {
    case 'null':
      return fc.constant(null);
    case 'boolean':
      return fc.boolean();
    case 'integer':
      return fc.integer(range(schema));
    case 'number':
      return fc.double({ min: schema.minimum ?? -1e9, max: schema.maximum ?? 1e9, noNaN: true });
    case 'array':
      return list(schema);
    case 'object':
      return object(schema);
    default:
      return text(schema);
  }
}

function range({ minimum = -2147483648, maximum = 2147483647 }: Schema): { min: number; max: number } {
  return { min: Math.max(minimum, -2147483648), max: Math.min(maximum, 2147483647) };
}

function list({ items = {}, minItems = 0, maxItems = MOST_ITEMS, uniqueItems }: Schema): Arbitrary<unknown> {
  const size = { minLength: minItems, maxLength: Math.max(minItems, Math.min(maxItems, MOST_ITEMS)) };
  return uniqueItems ? fc.uniqueArray(validValue(items), size) : fc.array(validValue(items), size);
}

function object({ properties = {}, required = [] }: Schema): Arbitrary<unknown> {
  const fields = Object.fromEntries(
    Object.entries(properties).map(([name, field]) => [name, validValue(field)]),
  );
  return fc.record(fields, { requiredKeys: required, noNullPrototype: true });
}

function text(schema: Schema): Arbitrary<string> {
  const example = typeof schema.example === 'string' ? [fc.constant(schema.example)] : [];
  return fc.oneof(...example, ofFormat(schema));
}

function ofFormat({ format, pattern, minLength = 0, maxLength = 255 }: Schema): Arbitrary<string> {
  const fits = (value: string) => value.length >= minLength && value.length <= maxLength;
  if (format === 'email') return fc.emailAddress().filter(fits);
  if (format === 'uri') return fc.webUrl().filter(fits);
  if (format === 'date-time')
    return fc.date({ noInvalidDate: true, min: new Date(0) }).map((at) => at.toISOString());
  const matching = pattern === undefined ? undefined : ofPattern(pattern);
  if (matching) return matching.filter(fits);
  const most = Math.max(minLength, Math.min(maxLength, MOST_CHARACTERS));
  return fc
    .string({ unit: 'grapheme', minLength, maxLength: most })
    .map((value) => value.slice(0, maxLength));
}

/** Undefined for what fast-check cannot turn round: look-aheads and classes of Unicode. */
function ofPattern(pattern: string): Arbitrary<string> | undefined {
  try {
    return fc.stringMatching(new RegExp(pattern, 'u'), { maxLength: MOST_CHARACTERS });
  } catch {
    return undefined;
  }
}
