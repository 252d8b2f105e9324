import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { COMPRESS_FROM_BYTES, COMPRESSION_LEVEL } from '../http/compression.js';

const compress = promisify(gzip);
/** What the gzipped copy adds, roughly. */
const WEIGHT = 1.25;

/** A response as it is kept: a body ready to send, serialised once. */
export interface CachedResponse {
  body: string;
  etag: string;
  /** What it weighs, for the quotas. */
  bytes: number;
}

/** `etag` is the handler's own, if it set one. */
export function toCachedResponse(value: unknown, etag?: string): CachedResponse {
  const body = JSON.stringify(value);
  return { body, etag: etag ?? weakEtag(body), bytes: Math.ceil(Buffer.byteLength(body) * WEIGHT) };
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
