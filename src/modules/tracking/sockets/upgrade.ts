import { randomUUID } from 'node:crypto';
import { STATUS_CODES, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { AppError } from '../../../kernel/errors.js';
import { problemOf } from '../../../platform/http/problem.filter.js';
import { SUBPROTOCOL, TOKEN_SUBPROTOCOL } from './message-schemas.js';

export const TRACKING_PATH = '/tracking';

/**
 * Whether a page may open a socket: one of our own, or of the origins that may call the API. What is no browser sends
 * no origin; it has to know a token as everybody has.
 * @throws AppError `origin_forbidden`
 */
export function assertOrigin({ headers }: IncomingMessage, allowed: readonly string[]): void {
  const { origin, host } = headers;
  if (origin === undefined || allowed.includes('*') || allowed.includes(origin)) return;
  if (URL.canParse(origin) && new URL(origin).host === host) return;
  throw new AppError('origin_forbidden', `Pages of ${origin} may not open sockets here.`);
}

/** The token that came as a subprotocol; one in the URL would stand in logs, and is not looked at. */
export function tokenOf({ headers }: IncomingMessage): string | undefined {
  const offered = (headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
  return offered.find((name) => name.startsWith(TOKEN_SUBPROTOCOL))?.slice(TOKEN_SUBPROTOCOL.length);
}

/** The subprotocol to speak: ours, also for who asks for none. */
export function chosenProtocol(offered: ReadonlySet<string>): string | false {
  return offered.has(SUBPROTOCOL) && SUBPROTOCOL;
}

/** Answers an upgrade that is refused, in HTTP, and closes. */
export function refuseUpgrade(socket: Duplex, error: AppError): void {
  const problem = problemOf(error, TRACKING_PATH, randomUUID());
  const body = JSON.stringify(problem);
  const { retryAfterSeconds } = error.more;
  socket.end(
    [
      `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? ''}`,
      'Content-Type: application/problem+json; charset=utf-8',
      `Content-Length: ${Buffer.byteLength(body)}`,
      'Cache-Control: no-store',
      ...(retryAfterSeconds === undefined ? [] : [`Retry-After: ${retryAfterSeconds}`]),
      `X-Request-Id: ${problem.requestId}`,
      'Connection: close',
      '',
      body,
    ].join('\r\n'),
  );
}
