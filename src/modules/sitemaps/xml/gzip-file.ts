import { createHash } from 'node:crypto';
import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

export interface WrittenFile {
  /** Uncompressed. */
  bytes: number;
  gzipBytes: number;
  /** Hex digest of the uncompressed bytes: the same content has the same digest whatever zlib made of it. */
  sha256: string;
}

/**
 * Gzips the chunks (level 6) into the sink and ends it, pulling a chunk only when the sink has room.
 * Resolves once the sink has finished. Any failure destroys the sink, closes `chunks` and rejects with the cause.
 */
export async function writeGzipFile(
  chunks: Iterable<Buffer> | AsyncIterable<Buffer>,
  sink: Writable,
  signal?: AbortSignal,
): Promise<WrittenFile> {
  const hash = createHash('sha256');
  let bytes = 0;
  let gzipBytes = 0;
  await pipeline(
    async function* measured() {
      for await (const chunk of chunks) {
        hash.update(chunk);
        bytes += chunk.length;
        yield chunk;
      }
    },
    createGzip({ level: 6 }),
    async function* compressed(source: AsyncIterable<Buffer>) {
      for await (const chunk of source) {
        gzipBytes += chunk.length;
        yield chunk;
      }
    },
    sink,
    signal ? { signal } : {},
  );
  return { bytes, gzipBytes, sha256: hash.digest('hex') };
}
