import multipart from '@fastify/multipart';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Config } from '../../config/config.js';
import { RepeatLane } from '../cache/repeat-lane.js';
import { DatabaseAvailability } from '../database/availability.js';
import { RequestLog } from '../observability/request-log.js';
import { admitRequests, answerOptions } from './admission.js';
import { allowedMethods } from './allowed-methods.js';
import { compressAnswers } from './compression.js';
import { cors, corsFor } from './cors.js';
import { announceDeprecations } from './deprecation.js';
import { readForms } from './form-body.js';
import { answerHeadRequests } from './head-requests.js';
import { enterRequestContext, observeRequests, refuseWithoutDatabase, requestId } from './http-hooks.js';
import { readJsonBodies } from './json-body.js';
import { readMails } from './mail-body.js';
import { PageLinksInterceptor } from './page-links.interceptor.js';
import { answerClientError, answerRouterFault } from './raw-faults.js';
import { limitRequests } from './request-deadline.js';
import { addSecurityHeaders } from './security-headers.js';
import { validationPipe } from './validation.pipe.js';

/** The longest part of a path: ids, domains and handles are shorter. */
const MAX_PARAM_LENGTH = 300;
const HEADERS_TIMEOUT_MS = 15_000;
/** How often Node looks for requests that do not arrive. */
const CHECK_EVERY_MS = 5_000;

/** Fastify as this service runs it: bounded in size and time, no framework log of its own. */
export function fastifyAdapter({ http }: Config): FastifyAdapter {
  return new FastifyAdapter({
    logger: false,
    genReqId: requestId,
    trustProxy: http.trustedProxies.length > 0 ? http.trustedProxies : false,
    bodyLimit: http.bodyLimitBytes,
    requestTimeout: Math.max(http.uploadTimeoutMs, http.requestTimeoutMs), // per request: `limitRequests`
    connectionTimeout: http.idleTimeoutMs,
    keepAliveTimeout: 72_000, // longer than the idle timeout of common load balancers (60 s)
    http: {
      optimizeEmptyRequests: true, // a GET's stream has ended before it is handled: no events of it
      joinDuplicateHeaders: true, // of two credentials or types none is right; Node would take the first
      headersTimeout: Math.min(HEADERS_TIMEOUT_MS, http.requestTimeoutMs),
      connectionsCheckingInterval: Math.min(CHECK_EVERY_MS, http.requestTimeoutMs / 2),
    },
    routerOptions: { maxParamLength: MAX_PARAM_LENGTH, ignoreTrailingSlash: true },
    frameworkErrors: answerRouterFault,
    clientErrorHandler: answerClientError,
    forceCloseConnections: 'idle',
  });
}

/** Everything between the socket and the controllers. */
export async function configureHttp(app: NestFastifyApplication, config: Config): Promise<void> {
  const fastify = app.getHttpAdapter().getInstance();
  const allowed = allowedMethods(fastify, MAX_PARAM_LENGTH);
  announceDeprecations(fastify);
  app.get(RepeatLane).register(fastify);
  observeRequests(fastify, app.get(RequestLog));
  addSecurityHeaders(fastify);
  answerOptions(fastify, allowed);
  if (config.http.corsOrigins.length > 0) await app.register(cors, corsFor(config.http.corsOrigins));
  admitRequests(fastify, allowed);
  refuseWithoutDatabase(fastify, app.get(DatabaseAvailability));
  enterRequestContext(fastify);
  limitRequests(fastify, config.http);
  await compressAnswers(app);
  answerHeadRequests(fastify);
  readJsonBodies(fastify);
  readForms(fastify);
  readMails(fastify);
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
  app.useGlobalInterceptors(new PageLinksInterceptor());
}
