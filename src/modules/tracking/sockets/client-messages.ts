import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { AppError, type FieldError } from '../../../kernel/errors.js';
import type { Position } from '../../../kernel/geo.js';
import { CLIENT_MESSAGES, clientSchema, type ClientMessageType } from './message-schemas.js';

export interface Subscribe {
  type: 'subscribe';
  orders: { order: string; lastEventId?: number }[];
}
export interface Report {
  type: 'position';
  order: string;
  at: string;
  coordinates: Position;
  speed?: number;
  heading?: number;
  accuracy?: number;
}

/** A message as a client may send it. */
export type ClientMessage = { ref?: string } & (
  | { type: 'authenticate'; token: string }
  | Subscribe
  | { type: 'unsubscribe'; orders: string[] }
  | Report
  | { type: 'ping' }
);

const ajv = new Ajv2020({ strict: false });
formats.default(ajv);
const validators = new Map<string, ValidateFunction>(
  (Object.keys(CLIENT_MESSAGES) as ClientMessageType[]).map((type) => [
    type,
    ajv.compile(clientSchema(type)),
  ]),
);

/**
 * Reads a message as it came.
 * @throws AppError `malformed_request` for what is no JSON object, `validation_failed` naming the field
 */
export function parseMessage(text: string): ClientMessage {
  const message = parsed(text);
  const type = typeof message['type'] === 'string' ? message['type'] : '';
  const validate = validators.get(type);
  if (!validate) {
    const known = [...validators.keys()].join(', ');
    throw invalid([{ field: 'type', code: 'enum', message: `must be one of ${known}` }]);
  }
  if (!validate(message)) throw invalid((validate.errors ?? []).map(fieldError));
  return message as unknown as ClientMessage;
}

/** What of a message can be told in the answer although it is not valid. */
export function refOf(text: string): string | undefined {
  try {
    const { ref } = parsed(text);
    return typeof ref === 'string' && ref.length <= 64 ? ref : undefined;
  } catch {
    return undefined;
  }
}

function parsed(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>;
  } catch {
    // told below
  }
  throw new AppError('malformed_request', 'A message is a JSON object.');
}

function invalid(errors: FieldError[]): AppError {
  const [first] = errors;
  return new AppError('validation_failed', first ? `${first.field}: ${first.message}` : 'not valid', {
    errors,
  });
}

function fieldError({ instancePath, keyword, message = 'is not valid', params }: ErrorObject): FieldError {
  const named = params as { missingProperty?: string; additionalProperty?: string };
  const last = named.missingProperty ?? named.additionalProperty;
  const field = [...instancePath.split('/').slice(1), ...(last ? [last] : [])].join('.');
  return { field: field || 'message', code: keyword, message };
}
