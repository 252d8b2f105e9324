import { Catch, HttpException, Inject, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { AppError, type ErrorCode } from '../../kernel/errors.js';
import { isDatabaseUnavailable } from '../database/database-errors.js';
import { reportError } from '../observability/error-reports.js';
import { LOGGER } from '../observability/observability.module.js';
import { PROBLEMS, type Problem } from './problems.js';
import { pathOf } from './path-of.js';
import { dropBody, hasBody } from './request-body.js';

/** Turns anything thrown into a problem response; what is not expected is logged, reported and told without details. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(@Inject(LOGGER) private readonly logger: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    sendProblem(http.getRequest(), http.getResponse(), this.expected(error));
  }

  /** Logs and reports what is not expected. */
  protected expected(error: unknown): AppError {
    const known = toAppError(error);
    if (known) return known;
    this.logger.error({ err: error }, 'Unexpected error');
    reportError(error);
    return new AppError('internal_error', 'The error is logged under this request id.');
  }
}

/** Sends the problem of an expected error, unless an answer has already begun (then the connection is ended). */
export function sendProblem(request: FastifyRequest, reply: FastifyReply, error: AppError): void {
  if (reply.raw.writableEnded) return; // answered meanwhile: database lost, or past the deadline
  if (reply.raw.headersSent) {
    reply.raw.destroy();
    return;
  }
  if (hasBody(request) && !request.raw.complete) dropBody(request, reply);
  const problem = problemOf(error, pathOf(request.url), request.id);
  const { status } = problem;
  if (status === 401) reply.header('www-authenticate', 'Bearer');
  if (error.more.retryAfterSeconds) reply.header('retry-after', String(error.more.retryAfterSeconds));
  if (error.more.headers) reply.headers(error.more.headers);
  void reply
    .code(status)
    .header('content-type', 'application/problem+json; charset=utf-8')
    .header('cache-control', 'no-store')
    .header('x-request-id', request.id)
    .send(JSON.stringify(problem));
}

/** The body that tells of an error; `instance` is the path that was asked for. */
export function problemOf({ code, detail, more }: AppError, instance: string, requestId: string): Problem {
  const [status, title] = PROBLEMS[code];
  return {
    type: `urn:entrepot:problem:${code}`,
    title,
    status,
    detail,
    instance,
    code,
    requestId,
    ...(more.errors ? { errors: more.errors } : {}),
  };
}

const FROM_STATUS: Record<number, ErrorCode> = {
  400: 'malformed_request',
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'route_not_found',
  405: 'method_not_allowed',
  406: 'not_acceptable',
  408: 'request_timeout',
  413: 'payload_too_large',
  414: 'uri_too_long',
  415: 'unsupported_media_type',
  503: 'service_unavailable',
};

/** The expected failure behind an error of ours, of Nest, of Fastify or of the database driver, if it is one. */
export function toAppError(error: unknown): AppError | undefined {
  if (error instanceof AppError) return error;
  if (isDatabaseUnavailable(error)) {
    return new AppError('database_unavailable', 'The database is not reachable; try again shortly.', {
      retryAfterSeconds: 1,
      cause: error,
    });
  }
  const status = error instanceof HttpException ? error.getStatus() : fastifyStatus(error);
  const code = FROM_STATUS[status];
  return code && new AppError(code, (error as Error).message);
}

function fastifyStatus(error: unknown): number {
  if (!(error instanceof Error)) return 0;
  const { code, statusCode } = error as Error & { code?: string; statusCode?: number };
  const fromFastify = code?.startsWith('FST_') || error instanceof SyntaxError; // secure-json-parse throws the latter
  return fromFastify ? (statusCode ?? 0) : 0;
}
