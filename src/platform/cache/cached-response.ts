import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { FastifyReply } from 'fastify';
import { COMPRESS_FROM_BYTES, COMPRESSION_LEVEL } from '../http/compression.js';

const compress = promisify(gzip);
/** The text, its bytes, and the gzipped copy, roughly. */
const WEIGHT = 2.25;

/** A response as it is kept: a body ready to send, serialised once. */
export interface CachedResponse {
  body: string;
  etag: string;
  /** The `Link` header of a list. */
  link?: string;
  /** What it weighs, for the quotas. */
  bytes: number;
}

/** `headers` are those that the handler has set. */
export function toCachedResponse(
  value: unknown,
  headers: ReturnType<FastifyReply['getHeaders']>,
): CachedResponse {
  const body = JSON.stringify(value);
  const { etag, link } = headers;
  return {
    body,
    etag: typeof etag === 'string' ? etag : weakEtag(body),
    ...(typeof link === 'string' ? { link } : {}),
    bytes: Math.ceil(Buffer.byteLength(body) * WEIGHT),
  };
}

const bytes = new WeakMap<CachedResponse, Buffer>();

/** The body's bytes, made once: a text would be encoded anew for each response. */
export function plain(response: CachedResponse): Buffer {
  let body = bytes.get(response);
  if (!body) bytes.set(response, (body = Buffer.from(response.body)));
  return body;
}

const compressed = new WeakMap<CachedResponse, Promise<Buffer>>();

/** The gzipped body, made at most once for a response; undefined for one too small to be worth it. */
export function gzipped(response: CachedResponse): Promise<Buffer> | undefined {
  if (response.body.length < COMPRESS_FROM_BYTES) return undefined;
  let body = compressed.get(response);
  if (!body) compressed.set(response, (body = compress(response.body, { level: COMPRESSION_LEVEL })));
  return body;
}

/** Weak, because the plain and the gzipped body share it (RFC 9110, 8.8.1). */
function weakEtag(body: string): string {
  return `W/"${createHash('sha1').update(body).digest('base64url')}"`;
}
