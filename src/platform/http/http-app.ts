import multipart from '@fastify/multipart';
import helmet from '@fastify/helmet';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from 'pino';
import type { Config } from '../../config/config.js';
import { DatabaseAvailability } from '../database/availability.js';
import { Metrics } from '../observability/metrics.js';
import { LOGGER } from '../observability/observability.module.js';
import { observeRequests, refuseWithoutDatabase, requestId } from './http-hooks.js';
import { limitRequests } from './request-deadline.js';
import { validationPipe } from './validation.pipe.js';

/** Fastify as this service runs it: bounded in size and time, no framework log of its own. */
export function fastifyAdapter({ http }: Config): FastifyAdapter {
  return new FastifyAdapter({
    logger: false,
    genReqId: requestId,
    trustProxy: http.trustedProxies.length > 0 ? http.trustedProxies : false,
    bodyLimit: http.bodyLimitBytes,
    requestTimeout: http.uploadTimeoutMs,
    keepAliveTimeout: 72_000, // longer than the idle timeout of common load balancers (60 s)
    http: { headersTimeout: 15_000 },
    routerOptions: { maxParamLength: 300, ignoreTrailingSlash: true },
    forceCloseConnections: 'idle',
  });
}

/** Everything between the socket and the controllers. */
export async function configureHttp(app: NestFastifyApplication, config: Config): Promise<void> {
  const fastify = app.getHttpAdapter().getInstance();
  const logger = app.get<Logger>(LOGGER);
  observeRequests(fastify, config, logger, app.get(Metrics));
  refuseWithoutDatabase(fastify, app.get(DatabaseAvailability));
  limitRequests(fastify, config.http.requestDeadlineMs);
  await app.register(helmet, {
    contentSecurityPolicy: {
      directives: {
        // Swagger UI brings its start script and styles inline
        'script-src': ["'self'", "'unsafe-inline'"],
        'upgrade-insecure-requests': null,
      },
    },
  });
  await app.register(multipart, {
    limits: { files: 1, fields: 5, fieldSize: 10_000, fileSize: Infinity },
  });
  // a CSV as the bare body of an import: handed on as the stream it is
  fastify.addContentTypeParser(
    'text/csv',
    { bodyLimit: Number.MAX_SAFE_INTEGER },
    (_request, payload, done) => {
      done(null, payload);
    },
  );
  app.useGlobalPipes(validationPipe());
}
