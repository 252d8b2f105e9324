import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppError } from '../kernel/errors.js';
import { sendProblem } from '../platform/http/problem.filter.js';

/** A process without the API answers probes and metrics and nothing else; sockets come past this. */
export function serveOperatorsOnly(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onRequest', (request, reply, done) => {
    if (/^\/(health|metrics)(\/|\?|$)/.test(request.url)) done();
    else
      sendProblem(
        request,
        reply,
        new AppError('route_not_found', 'This process does not serve the API; ask one with the role `api`.'),
      );
  });
}
