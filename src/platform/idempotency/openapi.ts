import type { OpenAPIObject } from '@nestjs/swagger';
import type { ErrorCode } from '../../kernel/errors.js';
import { PROBLEM_CODES } from '../http/openapi.js';
import { IDEMPOTENCY_KEY, IDEMPOTENT_REPLAYED } from './idempotency-key.js';
import { NOT_IDEMPOTENT_EXTENSION } from './not-idempotent.js';

type Operation = NonNullable<OpenAPIObject['paths'][string]['post']> & {
  [PROBLEM_CODES]?: ErrorCode[];
  [NOT_IDEMPOTENT_EXTENSION]?: boolean;
};

/** Documents the `Idempotency-Key` of a POST behind credentials: the header, its problems, the mark of a replay. */
export function withIdempotencyKey(method: string, operation: Operation): Operation {
  const { [NOT_IDEMPOTENT_EXTENSION]: excepted, ...rest } = operation;
  if (method !== 'post' || excepted || !operation.security?.length) return rest;
  const problems = operation[PROBLEM_CODES] ?? [];
  return {
    ...rest,
    parameters: [...(operation.parameters ?? []), PARAMETER],
    responses: Object.fromEntries(
      Object.entries(operation.responses).map(([status, response]) => [status, marked(status, response)]),
    ),
    [PROBLEM_CODES]: [
      ...problems,
      'validation_failed',
      'idempotency_in_progress',
      'idempotency_key_reused',
      'conflict',
    ],
  };
}

const PARAMETER = {
  name: IDEMPOTENCY_KEY,
  in: 'header' as const,
  required: false,
  description:
    'Makes it safe to repeat the request: for 24 hours the same key with the same body gives the first answer again',
  schema: { type: 'string' as const, minLength: 1, maxLength: 255 },
  example: '8e03978e-40d5-43dd-bc93-6894a57f9324',
};

type Response = Operation['responses'][string];

function marked(status: string, response: Response): Response {
  if (!status.startsWith('2') || !response || '$ref' in response) return response;
  const replayed = {
    description: '`true` when this is the answer to an earlier request with the same key',
    schema: { type: 'string' as const, enum: ['true'] },
  };
  return { ...response, headers: { ...response.headers, [IDEMPOTENT_REPLAYED]: replayed } };
}
