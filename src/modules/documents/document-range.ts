import type { IncomingHttpHeaders } from 'node:http';
import parseRange from 'range-parser';
import type { ByteRange } from '../../platform/files/files.service.js';

/**
 * The part of a file that is asked for; undefined for the whole of it, as also for several ranges and for one that
 * cannot be served, which a server may ignore (RFC 9110, 14.2), and for one of another version (`If-Range`).
 */
export function rangeOf(
  { range, 'if-range': ifRange }: IncomingHttpHeaders,
  bytes: number,
  etag: string,
): ByteRange | undefined {
  if (range === undefined || (ifRange !== undefined && ifRange !== etag)) return undefined;
  const ranges = parseRange(bytes, range);
  if (typeof ranges === 'number' || ranges.type !== 'bytes') return undefined;
  const [one, ...more] = ranges;
  return one && more.length === 0 ? { start: one.start, end: one.end + 1 } : undefined;
}
