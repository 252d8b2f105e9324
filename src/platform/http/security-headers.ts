import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import helmet, { type HelmetOptions } from 'helmet';

const PAGES: HelmetOptions = {
  contentSecurityPolicy: {
    directives: {
      // Swagger UI brings its start script and styles inline
      'script-src': ["'self'", "'unsafe-inline'"],
      'upgrade-insecure-requests': null,
    },
  },
};

/**
 * Data is no page: nothing may be loaded by it, and what only concerns pages is left out (OWASP REST Security Cheat
 * Sheet, Security Headers).
 */
const DATA: HelmetOptions = {
  contentSecurityPolicy: {
    useDefaults: false,
    directives: { 'default-src': ["'none'"], 'frame-ancestors': ["'none'"] },
  },
  xFrameOptions: { action: 'deny' },
  crossOriginOpenerPolicy: false,
  originAgentCluster: false,
  xDnsPrefetchControl: false,
  xDownloadOptions: false,
  xPermittedCrossDomainPolicies: false,
  xXssProtection: false,
};

/** Helmet's headers on every answer. They are the same for all, so helmet makes them once and not for each request. */
export function addSecurityHeaders(fastify: FastifyInstance): void {
  const [pages, data] = [headersOf(PAGES), headersOf(DATA)];
  fastify.addHook('onRequest', (request, reply, done) => {
    reply.headers(isData(request.url) ? data : pages);
    done();
  });
}

function isData(url: string): boolean {
  return url.startsWith('/api/') && !url.startsWith('/api/docs/ui');
}

function headersOf(options: HelmetOptions): Record<string, string> {
  const headers: Record<string, string> = {};
  const response = {
    setHeader: (name: string, value: string) => (headers[name.toLowerCase()] = value),
    removeHeader: () => undefined,
  };
  helmet(options)({} as IncomingMessage, response as unknown as ServerResponse, (error) => {
    if (error !== undefined) throw error as Error;
  });
  return headers;
}
