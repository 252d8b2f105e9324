import type { OpenAPIObject } from '@nestjs/swagger';
import type { ErrorCode } from '../../kernel/errors.js';
import { needsDatabase } from './http-hooks.js';
import { DEPRECATION, type Deprecation } from './deprecation.js';
import { PROBLEM_CODES, REQUEST_BODY } from './openapi.js';
import { completeParameter } from './openapi-parameters.js';
import { PROBLEMS } from './problems.js';

type PathItem = OpenAPIObject['paths'][string];
type Operation = NonNullable<PathItem['get']> & {
  [PROBLEM_CODES]?: ErrorCode[];
  [REQUEST_BODY]?: NonNullable<PathItem['get']>['requestBody'];
  [DEPRECATION]?: Deprecation;
};

/**
 * Gives an operation what follows from its kind, so that no handler has to repeat it: the problems of credentials,
 * tenant, input and database beside its own, one response a status; `security: []` where anyone may call.
 */
export function completeOperation(path: string, operation: Operation): Operation {
  const {
    [PROBLEM_CODES]: own = [],
    [REQUEST_BODY]: body = operation.requestBody,
    [DEPRECATION]: deprecation,
    ...rest
  } = operation;
  const codes = [...new Set([...codesOfKind(path, rest, body), ...own])];
  const byStatus = Map.groupBy(codes, (code) => PROBLEMS[code][0]);
  const problems = [...byStatus].map(([status, group]) => [String(status), problemResponse(group)] as const);
  return {
    ...rest,
    ...(deprecation ? deprecated(rest, deprecation) : {}),
    ...(body ? { requestBody: body } : {}),
    ...(rest.parameters ? { parameters: rest.parameters.map(completeParameter) } : {}),
    security: rest.security ?? [],
    responses: {
      ...described(rest.responses, headersOf(rest, deprecation)),
      ...Object.fromEntries(problems),
    },
  };
}

const SUCCESSES: Record<string, string> = {
  200: 'Done',
  201: 'Created',
  202: 'Started',
  204: 'Done, nothing to tell',
};

function described(responses: Operation['responses'], more: Headers): Operation['responses'] {
  const complete: Operation['responses'] = {};
  for (const [status, response] of Object.entries(responses)) {
    if (!response || !('description' in response)) continue;
    const { description, headers, ...rest } = response;
    const all = { ...headers, ...more };
    complete[status] = {
      description: description === '' ? (SUCCESSES[status] ?? status) : description,
      ...(Object.keys(all).length > 0 ? { headers: all } : {}),
      ...rest,
    };
  }
  return complete;
}

function deprecated({ description = '' }: Operation, { since, sunset, successor }: Deprecation) {
  const told = `Deprecated on ${since}, gone from ${sunset}.${successor ? ` Use \`${successor}\`.` : ''}`;
  return { deprecated: true, description: [told, description].filter(Boolean).join(' ') };
}

/** Headers that every answer of such an operation may have. */
function headersOf({ parameters = [] }: Operation, deprecation: Deprecation | undefined): Headers {
  const isList = parameters.some((parameter) => 'name' in parameter && parameter.name === 'limit');
  return {
    ...(isList
      ? { Link: header('The pages around this one: `first`, `prev`, `next`, `last` (RFC 8288)') }
      : {}),
    ...(deprecation
      ? {
          Deprecation: header('Since when it is deprecated, as `@` and Unix seconds (RFC 9745)'),
          Sunset: header('When it goes (RFC 8594)'),
        }
      : {}),
  };
}

type Headers = Record<string, { description: string; schema: { type: 'string' } }>;
const header = (description: string) => ({ description, schema: { type: 'string' as const } });

function codesOfKind(
  path: string,
  { security, parameters = [] }: Operation,
  body: Operation['requestBody'],
): ErrorCode[] {
  const demand = security?.[0]?.['bearer'];
  const roleOnly = demand?.some((role) => role === 'admin' || role === 'account');
  const ofShop = path.includes('{shop}');
  const places = new Set(parameters.map((parameter) => ('in' in parameter ? parameter.in : '')));
  return [
    ...codes(places.has('path') || body, 'malformed_request'),
    ...codes(places.has('query') || body, 'validation_failed'),
    ...codes(demand, 'unauthenticated', roleOnly ? 'forbidden' : 'insufficient_scope'),
    ...codes(demand && ofShop, 'shop_forbidden'),
    ...codes(demand && !demand.includes('account'), 'ip_not_allowed'),
    ...codes(path.includes('{organisation}'), 'organisation_forbidden', 'organisation_not_found'),
    ...codes(ofShop, 'shop_not_found', 'shop_uninstalled'),
    ...codes(body, 'payload_too_large', 'unsupported_media_type', 'request_timeout'),
    ...codes(places.has('path') || places.has('query'), 'uri_too_long'),
    ...codes(true, 'not_acceptable'),
    ...codes(!/^\/(health|metrics)/.test(path), 'rate_limited', 'caller_blocked'),
    ...codes(needsDatabase(path), 'internal_error', 'database_unavailable', 'service_unavailable'),
  ];
}

function codes(when: unknown, ...which: ErrorCode[]): ErrorCode[] {
  return when ? which : [];
}

function problemResponse(group: ErrorCode[]) {
  return {
    description: group.map((code) => `\`${code}\`: ${PROBLEMS[code][1]}`).join('; '),
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
  };
}
