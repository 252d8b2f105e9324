import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { ConnectionError, FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../../kernel/errors.js';
import { problemOf, sendProblem, toAppError } from './problem.filter.js';
import { LINGER_MS } from './request-body.js';

/** Node's own default; a request line that alone is longer was a long URL. */
const MAX_HEAD_BYTES = 16_384;

/** What the router refuses before any hook runs: a URL that cannot be decoded, a part of it that is too long. */
export function answerRouterFault(error: FastifyError, request: unknown, reply: unknown): void {
  const fault = toAppError(error) ?? new AppError('internal_error', 'The router failed.');
  sendProblem(request as FastifyRequest, reply as FastifyReply, fault);
}

/** What never became a request: bytes that are no HTTP, a head that is too large or too slow. */
export function answerClientError(error: ConnectionError, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable || hasAnswered(socket)) {
    if (socket.writable) socket.destroy(error);
    return;
  }
  const problem = problemOf(faultOf(error), '/', randomUUID());
  const body = JSON.stringify(problem);
  socket.end(
    [
      `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? ''}`,
      'Content-Type: application/problem+json; charset=utf-8',
      `Content-Length: ${Buffer.byteLength(body)}`,
      'Cache-Control: no-store',
      `X-Request-Id: ${problem.requestId}`,
      'Connection: close',
      '',
      body,
    ].join('\r\n'),
  );
  setTimeout(() => socket.destroy(), LINGER_MS).unref();
}

/** An answer that has begun cannot be followed by another (Node keeps the response on the socket). */
function hasAnswered(socket: Socket & { _httpMessage?: { headersSent: boolean } | null }): boolean {
  return socket._httpMessage?.headersSent ?? false;
}

function faultOf({ code, rawPacket }: ConnectionError): AppError {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return isLongUrl(rawPacket)
        ? new AppError('uri_too_long', 'The URL is too long.')
        : new AppError('headers_too_large', `The head of a request has at most ${MAX_HEAD_BYTES} bytes.`);
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return new AppError('payload_too_large', 'The chunk extensions are too long.');
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new AppError('request_timeout', 'The request did not arrive in time.');
    default:
      return new AppError('malformed_request', 'This is no HTTP request.');
  }
}

/** Whether the bytes that overflowed begin with a method and have no end of line. */
function isLongUrl(bytes: unknown): boolean {
  if (!Buffer.isBuffer(bytes)) return false;
  return (
    /^[A-Z]+ \S/.test(bytes.toString('latin1', 0, 16)) && !bytes.subarray(0, MAX_HEAD_BYTES).includes('\n')
  );
}
