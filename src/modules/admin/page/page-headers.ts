import type { FastifyReply } from 'fastify';

/** Nothing but our own files, no inline scripts or styles, in no frame, no form to elsewhere. */
const POLICY = [
  "default-src 'none'",
  ...["script-src 'self'", "style-src 'self'", "img-src 'self'", "connect-src 'self'"],
  ...["form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'"],
].join('; ');

/** The headers of every page. The referrer has to be sent to ourselves: without it browsers hide a form's `Origin`. */
export function asPage(reply: FastifyReply): FastifyReply {
  return reply.headers({
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy': POLICY,
    'referrer-policy': 'same-origin',
  });
}
