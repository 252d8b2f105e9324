import type { IncomingHttpHeaders } from 'node:http';
import compress from '@fastify/compress';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** Below, the frame of gzip outweighs what it saves (requirements R6.5). */
export const COMPRESS_FROM_BYTES = 1_024;
export const COMPRESSION_LEVEL = 6;

/**
 * Compresses what is compressible and not compressed yet; cached answers and sitemaps keep their gzipped form and say
 * so. gzip alone, which is the form the caches have. Bodies sent to us stay as they are.
 */
export async function compressAnswers(app: NestFastifyApplication): Promise<void> {
  await app.register(compress, {
    globalDecompression: false,
    threshold: COMPRESS_FROM_BYTES,
    encodings: ['gzip'],
    zlibOptions: { level: COMPRESSION_LEVEL },
  });
}

/** Whether the answer may be gzipped: named, or by `*`, with a weight above 0 (RFC 9110, 12.5.3), and not refused. */
export function acceptsGzip(headers: IncomingHttpHeaders): boolean {
  const accepted = headers['accept-encoding'];
  if (accepted === undefined || headers['x-no-compression'] !== undefined) return false;
  if (!accepted.includes(';')) return /(^|[\s,])(x-)?gzip([\s,]|$)|\*/i.test(accepted);
  const weights = new Map(accepted.split(',').map(weightOf));
  return (weights.get('gzip') ?? weights.get('x-gzip') ?? weights.get('*') ?? 0) > 0;
}

function weightOf(part: string): [coding: string, weight: number] {
  const [coding = '', ...parameters] = part
    .trim()
    .toLowerCase()
    .split(/\s*;\s*/);
  const weight = parameters.find((parameter) => parameter.startsWith('q='));
  return [coding, weight ? Number(weight.slice(2)) : 1];
}
