import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { Answer } from './client.js';
import { openApiFile, type Operation } from './openapi.js';

const DOCUMENT = 'openapi';

/** Tells whether answers are what openapi.json says of them, down to fields that it does not mention. */
export class Documented {
  private readonly ajv = new Ajv2020({ strict: false, allErrors: true });
  private readonly validators = new Map<string, ValidateFunction>();

  constructor() {
    (addFormats as unknown as (ajv: Ajv2020) => void)(this.ajv);
    this.ajv.addSchema(closed(openApiFile()) as object, DOCUMENT);
  }

  /** What is not as documented, in words; nothing when all is. */
  faultsOf({ path, method, responses }: Operation, { status, headers, text, body }: Answer): string[] {
    const response = responses[String(status)];
    if (!response) return [`the status ${status} is not documented (${text.slice(0, 300)})`];
    const content = Object.keys(response.content ?? {});
    if (content.length === 0)
      return text === '' ? [] : [`a body where none is documented: ${text.slice(0, 300)}`];
    const type = (headers.get('content-type') ?? '').split(';', 1)[0] ?? '';
    if (!content.includes(type)) return [`the type ${type} is not one of ${content.join(', ')}`];
    if (!type.endsWith('json')) return [];
    return this.faults(
      ['paths', path, method.toLowerCase(), 'responses', String(status), 'content', type],
      body,
    );
  }

  /** What is not as documented in a JSON body that was sent. */
  requestFaultsOf({ path, method }: Operation, body: unknown): string[] {
    return this.faults(
      ['paths', path, method.toLowerCase(), 'requestBody', 'content', 'application/json'],
      body,
    );
  }

  private faults(at: string[], body: unknown): string[] {
    const validate = this.validatorOf([...at, 'schema']);
    if (validate(body)) return [];
    return (validate.errors ?? []).map(
      ({ instancePath, message, params }) =>
        `${instancePath || 'the body'} ${message} ${JSON.stringify(params)}`,
    );
  }

  private validatorOf(at: string[]): ValidateFunction {
    const pointer = at
      .map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1')))
      .join('/');
    const known = this.validators.get(pointer) ?? this.ajv.compile({ $ref: `${DOCUMENT}#/${pointer}` });
    this.validators.set(pointer, known);
    return known;
  }
}

/** The document with every described object closed: a field that it does not name is a fault. */
function closed(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(closed);
  if (typeof node !== 'object' || node === null) return node;
  const copy = Object.fromEntries(Object.entries(node).map(([key, value]) => [key, closed(value)]));
  const isObject = [copy['type']].flat().includes('object') && typeof copy['properties'] === 'object';
  return isObject && !('additionalProperties' in copy) ? { ...copy, additionalProperties: false } : copy;
}
