import type { IncomingHttpHeaders } from 'node:http';
import { isPromise } from 'node:util/types';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { acceptsGzip } from '../http/compression.js';
import { matchesEtag } from '../http/etag.js';
import { vary } from '../http/vary.js';
import type { CachedOptions } from './cached.js';
import { gzipped, plain, type CachedResponse } from './cached-response.js';
import type { Cached } from './cache.service.js';

const LABEL = { l1: 'hit', l2: 'hit', stale: 'stale', miss: 'miss', bypass: 'bypass' } as const;

/** What a cached response comes to for one request: no body for who has it already, else its bytes as they are kept. */
export interface CachedAnswer {
  status: 200 | 304;
  /** Names and values in turn, as `writeHead` takes them. */
  headers: string[];
  body: Buffer | undefined;
}

/** The answer to a request with these headers, as far as it differs from one request to the next. */
export function cachedAnswer(
  asked: IncomingHttpHeaders,
  { value, storedAt }: Cached<CachedResponse>,
): CachedAnswer | Promise<CachedAnswer> {
  const { etag, link } = value;
  const headers = ['etag', etag, 'age', String(Math.floor((Date.now() - storedAt) / 1000))];
  if (link !== undefined) headers.push('link', link);
  if (matchesEtag(asked['if-none-match'], etag)) return { status: 304, headers, body: undefined };
  headers.push('content-type', 'application/json; charset=utf-8');
  const zipped = acceptsGzip(asked) ? gzipped(value) : undefined;
  if (!zipped) return { status: 200, headers, body: plain(value) };
  headers.push('content-encoding', 'gzip');
  return isPromise(zipped)
    ? zipped.then((body) => ({ status: 200, headers, body }))
    : { status: 200, headers, body: zipped };
}

/** Sets status and headers of a cached response and gives the body to send. */
export async function answerCached(
  request: FastifyRequest,
  reply: FastifyReply,
  options: CachedOptions,
  cached: Cached<CachedResponse>,
): Promise<Buffer | undefined> {
  const { status, headers, body } = await cachedAnswer(request.headers, cached);
  void vary(reply, ...(options.scope === 'public' ? [] : ['authorization']), 'accept-encoding')
    .code(status)
    .header('x-cache', LABEL[cached.result])
    .header('cache-control', cacheControl(options));
  for (let at = 0; at < headers.length; at += 2) void reply.header(headers[at] ?? '', headers[at + 1]);
  return body;
}

function cacheControl({ scope, ttlSeconds, staleSeconds = 0 }: CachedOptions): string {
  return scope === 'public'
    ? `public, max-age=60, s-maxage=${ttlSeconds}, stale-while-revalidate=${staleSeconds}`
    : 'private, no-cache'; // a browser may keep it but must ask: a 304 costs next to nothing
}
