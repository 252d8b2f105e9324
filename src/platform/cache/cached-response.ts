import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { FastifyReply } from 'fastify';
import { ReadyJson } from '../http/ready-json.js';
import { COMPRESS_FROM_BYTES, COMPRESSION_LEVEL } from '../http/compression.js';

const compress = promisify(gzip);
/** What the gzipped copy adds, roughly. */
const WEIGHT = 1.25;

/** A response as it is kept: a body ready to send, serialised once. */
export interface CachedResponse {
  /** Bytes, which lie outside the heap and are not encoded anew for each response; text as the shared tier gives it. */
  body: Buffer | string;
  etag: string;
  /** The `Link` header of a list. */
  link?: string | undefined;
  /** What it weighs, for the quotas. */
  bytes: number;
}

class RenderedResponse implements CachedResponse {
  readonly bytes: number;

  constructor(
    readonly body: Buffer,
    readonly etag: string,
    readonly link: string | undefined,
  ) {
    this.bytes = Math.ceil(body.length * WEIGHT);
  }

  toJSON(): CachedResponse {
    const { body, etag, link, bytes } = this;
    return { body: body.toString(), etag, ...(link === undefined ? {} : { link }), bytes };
  }
}

/** `headers` are those that the handler has set. */
export function toCachedResponse(
  value: unknown,
  { etag, link }: ReturnType<FastifyReply['getHeaders']>,
): CachedResponse {
  const body = value instanceof ReadyJson ? value.json : Buffer.from(JSON.stringify(value));
  const own = typeof etag === 'string' ? etag : weakEtag(body);
  return new RenderedResponse(body, own, typeof link === 'string' ? link : undefined);
}

/** The body's bytes. */
export function plain(response: CachedResponse): Buffer {
  if (typeof response.body === 'string') response.body = Buffer.from(response.body);
  return response.body;
}

const compressed = new WeakMap<CachedResponse, Buffer | Promise<Buffer>>();

/** The gzipped body, made at most once for a response; undefined for one too small to be worth it. */
export function gzipped(response: CachedResponse): Buffer | Promise<Buffer> | undefined {
  const known = compressed.get(response);
  if (known) return known;
  const bytes = plain(response);
  if (bytes.length < COMPRESS_FROM_BYTES) return undefined;
  const made = compress(bytes, { level: COMPRESSION_LEVEL });
  compressed.set(response, made);
  made.then(
    (body) => compressed.set(response, body),
    () => compressed.delete(response),
  );
  return made;
}

/** Weak, because the plain and the gzipped body share it (RFC 9110, 8.8.1). */
function weakEtag(body: Buffer): string {
  return `W/"${createHash('sha1').update(body).digest('base64url')}"`;
}
