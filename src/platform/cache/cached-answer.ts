import type { FastifyReply, FastifyRequest } from 'fastify';
import { acceptsGzip } from '../http/compression.js';
import { matchesEtag } from '../http/etag.js';
import { vary } from '../http/vary.js';
import type { CachedOptions } from './cached.js';
import { gzipped, plain, type CachedResponse } from './cached-response.js';
import type { Cached } from './cache.service.js';

const LABEL = { l1: 'hit', l2: 'hit', stale: 'stale', miss: 'miss', bypass: 'bypass' } as const;

/**
 * Sets status and headers of a cached response and gives the body to send: none to whom has it already, else its
 * bytes as they are kept.
 */
export function answerCached(
  request: FastifyRequest,
  reply: FastifyReply,
  options: CachedOptions,
  { value, result, storedAt }: Cached<CachedResponse>,
): Buffer | Promise<Buffer> | undefined {
  void vary(reply, ...(options.scope === 'public' ? [] : ['authorization']), 'accept-encoding')
    .header('etag', value.etag)
    .header('x-cache', LABEL[result])
    .header('age', Math.floor((Date.now() - storedAt) / 1000))
    .header('cache-control', cacheControl(options));
  if (value.link) void reply.header('link', value.link);
  if (matchesEtag(request.headers['if-none-match'], value.etag)) {
    void reply.code(304);
    return undefined;
  }
  void reply.header('content-type', 'application/json; charset=utf-8');
  const zipped = acceptsGzip(request) ? gzipped(value) : undefined;
  if (!zipped) return plain(value);
  void reply.header('content-encoding', 'gzip');
  return zipped;
}

function cacheControl({ scope, ttlSeconds, staleSeconds = 0 }: CachedOptions): string {
  return scope === 'public'
    ? `public, max-age=60, s-maxage=${ttlSeconds}, stale-while-revalidate=${staleSeconds}`
    : 'private, no-cache'; // a browser may keep it but must ask: a 304 costs next to nothing
}
