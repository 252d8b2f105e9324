import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AppError } from '../../kernel/errors.js';
import { isAcceptable } from './accept.js';
import type { AllowedMethods } from './allowed-methods.js';
import { pathOf } from './path-of.js';
import { sendProblem } from './problem.filter.js';

/** Half of what Node takes for the whole head of a request; a page's cursor and filters need a tenth. */
const MAX_URL_LENGTH = 8_000;
/** Of a path, in what a refusal says. */
const MOST_TOLD = 200;
const FILE = /^\s*(multipart\/form-data|text\/csv)/i;

/** Answers OPTIONS with the methods of the path; a preflight goes on to CORS, which asks no credentials of it. */
export function answerOptions(fastify: FastifyInstance, allowed: AllowedMethods): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    if (request.method !== 'OPTIONS' || isPreflight(request)) {
      done();
      return;
    }
    const methods = methodsOf(request, allowed);
    if (methods.length === 0) sendProblem(request, reply, nothingThere(request));
    else void reply.code(204).header('allow', methods.join(', ')).send();
  });
}

/** Refuses at the door what no handler could answer: each check is a comparison or two on the usual request. */
export function admitRequests(fastify: FastifyInstance, allowed: AllowedMethods): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    const refusal = request.is404 ? withoutRoute(request, allowed) : refusalOf(request);
    if (refusal) sendProblem(request, reply, refusal);
    else done();
  });
}

function isPreflight({ headers }: FastifyRequest): boolean {
  return headers.origin !== undefined && headers['access-control-request-method'] !== undefined;
}

function methodsOf({ url }: FastifyRequest, allowed: AllowedMethods): string[] {
  return url.length > MAX_URL_LENGTH ? [] : allowed(url);
}

function withoutRoute(request: FastifyRequest, allowed: AllowedMethods): AppError {
  const allow = methodsOf(request, allowed).join(', ');
  if (!allow) return nothingThere(request);
  const detail = `${request.method} is no method of this path; it knows ${allow}.`;
  return new AppError('method_not_allowed', detail, { headers: { allow } });
}

function nothingThere({ method, url }: FastifyRequest): AppError {
  return new AppError('route_not_found', `There is no route ${method} ${pathOf(url).slice(0, MOST_TOLD)}.`);
}

function refusalOf({ url, headers, method, routeOptions: { config } }: FastifyRequest): AppError | undefined {
  if (url.length > MAX_URL_LENGTH) {
    return new AppError('uri_too_long', `The URL has more than ${MAX_URL_LENGTH} characters.`);
  }
  if (!isAcceptable(headers.accept, config.produces)) {
    const produced = config.produces?.join(' or ') ?? 'application/json';
    return new AppError('not_acceptable', `This is available as ${produced} only.`);
  }
  if (method === 'GET' || method === 'HEAD') return undefined;
  const { 'content-type': type, 'content-encoding': coding } = headers;
  if (coding !== undefined && coding !== 'identity') {
    return new AppError('unsupported_media_type', 'Send the body without a Content-Encoding.');
  }
  if (type !== undefined && !config.takesFile && FILE.test(type)) {
    return new AppError('unsupported_media_type', 'Send the body as application/json.');
  }
  return undefined;
}
