import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** How long a connection is drained after a refusal. Who sends on for longer than that does not listen. */
export const LINGER_MS = 2_000;

/** Whether a body follows the head (RFC 9112, 6.3). */
export function hasBody({ headers }: { headers: IncomingHttpHeaders }): boolean {
  const length = headers['content-length'];
  return headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0');
}

/**
 * What is still to come of a refused body is dropped while it comes, so that a client which goes on sending can read the
 * answer: a socket that is closed over unread bytes is reset, and the answer lost (RFC 9112, 9.6). A body that does not
 * end takes its connection with it.
 */
export function dropBody({ raw }: FastifyRequest, reply: FastifyReply): void {
  reply.removeHeader('connection'); // Node would close at once
  raw.unpipe();
  raw.resume();
  reply.raw.once('finish', () => {
    if (raw.complete) return;
    const end = setTimeout(() => raw.socket.destroy(), LINGER_MS);
    raw.once('close', () => {
      clearTimeout(end);
    });
  });
}
