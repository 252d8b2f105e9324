import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../../kernel/errors.js';
import type { Access, DatabaseAvailability } from '../database/availability.js';

import { requestContext } from '../observability/request-context.js';
import type { RequestLog } from '../observability/request-log.js';
import { pathOf } from './path-of.js';
import { sendProblem } from './problem.filter.js';

const REQUEST_ID = /^[\w.:-]{8,128}$/;

/** The caller's `X-Request-Id` when it is fit for a log, else a new one. */
export function requestId(request: IncomingMessage): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
}

/** Request id, log line and duration of every request. */
export function observeRequests(fastify: FastifyInstance, log: RequestLog): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    done();
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    log.write({
      requestId: request.id,
      method: request.method,
      route: request.routeOptions.url ?? 'unmatched',
      path: pathOf(request.url),
      status: reply.statusCode,
      ms: reply.elapsedTime,
      ip: request.ip,
      principal: request.principal?.id,
      shop: request.shop,
    });
    done();
  });
}

/** Runs the rest of a request in its own context, which its log lines and audit events tell of. */
export function enterRequestContext(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, _reply, done) => {
    const userAgent = request.headers['user-agent'];
    const context = { requestId: request.id, ip: request.ip, ...(userAgent ? { userAgent } : {}) };
    requestContext.run(context, done);
  });
}

/**
 * Answers 503 at once while the database is lost, and to the requests that were under way when it went: the driver
 * alone would keep them waiting for server selection.
 */
export function refuseWithoutDatabase(fastify: FastifyInstance, availability: DatabaseAvailability): void {
  const open = new Map<FastifyReply, FastifyRequest>();
  const kind = (request: FastifyRequest): Access =>
    request.method === 'GET' || request.method === 'HEAD' ? 'read' : 'write';

  fastify.addHook('onRequest', (request, reply, done) => {
    if (!needsDatabase(request.url)) {
      done();
    } else if (availability.can(kind(request))) {
      open.set(reply, request);
      done();
    } else {
      sendProblem(request, reply, databaseLost());
    }
  });
  fastify.addHook('onResponse', (_request, reply, done) => {
    open.delete(reply);
    done();
  });
  availability.on('lost', (access) => {
    for (const [reply, request] of open) {
      if (kind(request) !== access) continue;
      open.delete(reply);
      if (!reply.raw.headersSent) sendProblem(request, reply, databaseLost());
    }
  });
}

/** Whether a path is served from the database. */
export function needsDatabase(url: string): boolean {
  if (url.startsWith('/api/')) return !url.startsWith('/api/docs');
  return ['/sitemaps/', '/.well-known/', '/admin'].some((start) => url.startsWith(start));
}

function databaseLost(): AppError {
  return new AppError('database_unavailable', 'The database is not reachable; try again shortly.', {
    retryAfterSeconds: 1,
  });
}
