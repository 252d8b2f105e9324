import { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import { AppError, messageOf, type ErrorCode } from '../../kernel/errors.js';

/** Whether the body is left as the stream it is: a multipart form or a bare file. */
export function isUpload(request: FastifyRequest): boolean {
  return request.isMultipart() || request.body instanceof Readable;
}

/** What a route takes: how a file without a name is called, and what is said when there is none. */
interface Wanted {
  name: string;
  missing: ErrorCode;
  /** In a sentence. */
  what: string;
}
const CSV: Wanted = { name: 'upload.csv', missing: 'csv_missing', what: 'the CSV' };

/**
 * The file of an upload, as it arrives: of a multipart form, or the bare body, which only a CSV may be.
 * @throws AppError `wanted.missing`, `unsupported_media_type`, `malformed_request` for a form that cannot be read
 */
export async function uploadOf(
  request: FastifyRequest,
  wanted = CSV,
): Promise<{ stream: Readable; name: string }> {
  // a stream that has ended already ends nothing it is piped into
  if (request.raw.destroyed && !request.raw.complete) throw unreadable(new Error('the connection has ended'));
  if (request.isMultipart()) {
    const file = await request.file().catch((error: Error & { statusCode?: number }) => {
      throw error.statusCode ? error : unreadable(error);
    });
    if (!file) throw new AppError(wanted.missing, `Send ${wanted.what} as the file of a multipart form.`);
    if (file.file.errored) throw unreadable(file.file.errored);
    return { stream: file.file, name: file.filename || wanted.name };
  }
  if (wanted !== CSV) throw new AppError('unsupported_media_type', 'Send multipart/form-data with a file.');
  if (request.body instanceof Readable) return { stream: request.body, name: wanted.name };
  if (request.headers['content-type']?.startsWith('text/csv'))
    throw new AppError('csv_missing', 'The request has no body.');
  throw new AppError('unsupported_media_type', 'Send multipart/form-data with a file, or text/csv.');
}

/** The client's doing, not ours: a broken form, or a connection that ended half way. */
export function unreadable(cause: unknown): AppError {
  return new AppError('malformed_request', `The upload cannot be read: ${messageOf(cause)}.`, { cause });
}
