import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';

/**
 * HEAD answers with the headers of GET and makes no body: a stream is ended unread, where Fastify would read it to its
 * end, and a length is told of the body as it would have been sent. Call it after compression is registered.
 */
export function answerHeadRequests(fastify: FastifyInstance): void {
  fastify.addHook('onSend', (request, _reply, payload, done) => {
    if (request.method !== 'HEAD' || !(payload instanceof Readable)) {
      done(null, payload);
      return;
    }
    payload.on('error', () => undefined).destroy();
    done(null, null);
  });
  // Fastify's own hook, which puts the length for the body, would stand before compression's
  fastify.addHook('onRoute', (route) => {
    if (route.method !== 'HEAD' || !Array.isArray(route.onSend)) return;
    const [measure, ...others] = route.onSend;
    if (measure) route.onSend = [...others, measure];
  });
}
