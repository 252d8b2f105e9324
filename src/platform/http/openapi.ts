import { applyDecorators } from '@nestjs/common';
import { ApiExtension, ApiHeader } from '@nestjs/swagger';
import type { ErrorCode } from '../../kernel/errors.js';

/** Where an operation of the document lists the problems that are its own. */
export const PROBLEM_CODES = 'x-problems';

/** Where an operation has a request body of its own, one schema a media type; Swagger's decorator has one for all. */
export const REQUEST_BODY = 'x-request-body';

/** The form that carries one file. */
export const FILE_FORM = {
  type: 'object',
  required: ['file'],
  properties: { file: { type: 'string', format: 'binary' } },
} as const;

/**
 * Documents which problems an operation can answer with. Those that follow from its kind (credentials, tenant, input,
 * database) need not be named: `completeOperation` adds them.
 */
export function ApiProblem(...codes: ErrorCode[]): MethodDecorator & ClassDecorator {
  return applyDecorators(ApiExtension(PROBLEM_CODES, codes));
}

/** The header of a guarded write, by the lower-case name under which Node gives it. */
export function ApiIfMatch(): MethodDecorator {
  return ApiHeader({
    name: 'if-match',
    required: false,
    description: 'The ETag last read; refused when it has changed since',
    schema: { type: 'string', example: '"3"' },
  });
}

/** The header of a read that may be answered 304. */
export function ApiIfNoneMatch(): MethodDecorator {
  return ApiHeader({
    name: 'if-none-match',
    required: false,
    description: 'ETags of copies the caller has; 304 when one is current',
    schema: { type: 'string' },
  });
}
