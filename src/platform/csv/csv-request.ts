import type { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import { AppError } from '../../kernel/errors.js';
import { uploadOf } from '../http/upload.js';

/** Room for the multipart frame around a file of the largest size. */
const FRAME_BYTES = 100_000;

/**
 * The CSV of a request, as it arrives.
 * @throws AppError `csv_too_large` when its length is announced, `csv_missing`, `unsupported_media_type`, `malformed_request`
 */
export async function csvOf(
  request: FastifyRequest,
  maxBytes: number,
): Promise<{ stream: Readable; name: string }> {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes + FRAME_BYTES)
    throw new AppError('csv_too_large', `The file has more than ${maxBytes} bytes; split it.`);
  return uploadOf(request);
}
