import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../../kernel/errors.js';
import { needsDatabase } from './http-hooks.js';
import { sendProblem } from './problem.filter.js';
import { hasBody } from './request-body.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Ends the phase the request is in: its body arrives, or its answer is made. */
    deadline: NodeJS.Timeout | undefined;
  }
}

/**
 * A request has `requestTimeoutMs` to arrive (408), then `requestDeadlineMs` until its answer begins (503): a database
 * that froze is noticed by its heartbeats only after some twenty seconds, and until then every operation waits. Streams
 * (export, events, sitemaps) are bounded up to their first byte; a file takes as long as its client does, within
 * UPLOAD_TIMEOUT_MS. Slow heads are Node's to cut off (`headersTimeout`).
 */
export function limitRequests(
  fastify: FastifyInstance,
  { requestTimeoutMs, requestDeadlineMs }: { requestTimeoutMs: number; requestDeadlineMs: number },
): void {
  fastify.decorateRequest('deadline', undefined);
  fastify.addHook('onRequest', (request, reply, done) => {
    if (hasBody(request) && !takesFile(request)) {
      request.deadline = setTimeout(tooSlow, requestTimeoutMs, request, reply).unref();
    }
    done();
  });
  fastify.addHook('preValidation', (request, reply, done) => {
    clear(request);
    if (needsDatabase(request.url) && !takesFile(request)) {
      request.deadline = setTimeout(giveUp, requestDeadlineMs, request, reply).unref();
    }
    done();
  });
  fastify.addHook('onSend', (request, _reply, payload, done) => {
    clear(request);
    done(null, payload);
  });
  // a client that went away, or an answer that was written past Fastify, has no onSend
  fastify.addHook('onResponse', (request, _reply, done) => {
    clear(request);
    done();
  });
}

function clear(request: FastifyRequest): void {
  clearTimeout(request.deadline);
  request.deadline = undefined;
}

function takesFile({ routeOptions }: FastifyRequest): boolean {
  return routeOptions.config.takesFile ?? false;
}

function tooSlow(request: FastifyRequest, reply: FastifyReply): void {
  if (reply.raw.headersSent) return;
  sendProblem(request, reply, new AppError('request_timeout', 'The body did not arrive in time.'));
}

function giveUp(request: FastifyRequest, reply: FastifyReply): void {
  if (reply.raw.headersSent) return;
  const detail = 'The answer took too long; the change may or may not have been made. Try again shortly.';
  sendProblem(request, reply, new AppError('service_unavailable', detail, { retryAfterSeconds: 1 }));
}
