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
  // Fastify's own hook, which tells the length of the body, would stand before compression's, and takes no null
  fastify.addHook('onRoute', (route) => {
    if (route.method !== 'HEAD' || !Array.isArray(route.onSend)) return;
    const [measure, ...others] = route.onSend;
    if (!measure) return;
    const measureBody: typeof measure = function (request, reply, payload, done) {
      if (payload === null) done(null, null);
      else void measure.call(this, request, reply, payload, done);
    };
    route.onSend = [...others, measureBody];
  });
}
