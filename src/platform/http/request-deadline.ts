import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../../kernel/errors.js';
import { needsDatabase } from './http-hooks.js';
import { sendProblem } from './problem.filter.js';

const UPLOAD = /^(multipart\/form-data|text\/csv)/;

/**
 * Answers 503 when no answer has begun within `deadlineMs`: a database that froze is noticed by its heartbeats only
 * after some twenty seconds, and until then every operation waits. Streams (export, events, sitemaps) are bounded up
 * to their first byte; uploads take as long as their client does.
 */
export function limitRequests(fastify: FastifyInstance, deadlineMs: number): void {
  const timers = new WeakMap<FastifyRequest, NodeJS.Timeout>();
  const clear = (request: FastifyRequest): void => {
    clearTimeout(timers.get(request));
  };

  fastify.addHook('onRequest', (request, reply, done) => {
    if (needsDatabase(request.url) && !UPLOAD.test(request.headers['content-type'] ?? '')) {
      timers.set(request, setTimeout(giveUp, deadlineMs, request, reply).unref());
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

function giveUp(request: FastifyRequest, reply: FastifyReply): void {
  if (reply.raw.headersSent) return;
  const detail = 'The answer took too long; the change may or may not have been made. Try again shortly.';
  sendProblem(request, reply, new AppError('service_unavailable', detail, { retryAfterSeconds: 1 }));
}
